import CMCServing
import FuzzSupport

/// Reads bytes as the body of each kind of request to a server.
@Sendable func fuzzRequest(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  var status: CInt = 0
  for read in [
    { _ = try CompletionRequest($0) }, { _ = try ChatRequest($0) }, { _ = try TokenizeRequest($0) },
    { _ = try DetokenizeRequest($0) },
  ] as [([UInt8]) throws -> Void] {
    status |= fuzzParser(start, count) { try read(Array($0)) }
  }
  return status
}
