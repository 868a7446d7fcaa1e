import CMCServing
import FuzzSupport

/// Reads bytes as the body of each kind of request to a server.
@Sendable func fuzzRequest(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  fuzzParser(start, count) { _ = try CompletionRequest(Array($0)) }
    | fuzzParser(start, count) { _ = try ChatRequest(Array($0)) }
    | fuzzParser(start, count) { _ = try TokenizeRequest(Array($0)) }
    | fuzzParser(start, count) { _ = try DetokenizeRequest(Array($0)) }
}
