import CMCAlignment
import FuzzSupport

/// One input for the reader of override files.
@Sendable func fuzzOverrides(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  fuzzParser(start, count) { _ = try OverrideReader.read(Array($0), name: "fuzz.yaml") }
}
