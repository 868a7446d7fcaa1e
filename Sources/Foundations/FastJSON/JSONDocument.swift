internal import CMCFastJSONShim
import CMCPrimitives

/// A parsed JSON text; values taken from it keep it alive.
///
/// Parsing is simdjson's: RFC 8259, UTF-8 checked, a 15 MB tokenizer.json in some tens of milliseconds.
/// Beyond the standard it takes integers of any size and bare `NaN` and `Infinity`, which Python writes: the former are
/// numbers, the latter are no value that a reader takes.
package final class JSONDocument: Sendable {
  nonisolated(unsafe) private let document: OpaquePointer
  /// Whether strings may stand for numbers that are not finite: in a text as its writer left it none does.
  let hasMarks: Bool

  /// Parses a text of up to 4 GiB with at most `maximumDepth` levels of nesting.
  ///
  /// - Throws: ``JSONError/syntax(_:_:)``.
  package init(_ bytes: [UInt8], maximumDepth: Int = 256) throws(JSONError) {
    var message: UnsafePointer<CChar>?
    var body = bytes[...]
    if body.starts(with: [0xEF, 0xBB, 0xBF]) { body = body.dropFirst(3) }
    var parsed = Self.parse(body, maximumDepth, &message)
    var hasMarks = false
    if parsed == nil, let rewritten = LenientNumbers.rewritten(body) {
      hasMarks = true
      parsed = Self.parse(rewritten[...], maximumDepth, &message)
    }
    guard let parsed else {
      throw .syntax(
        message.map { String(cString: $0) } ?? "unknown error",
        JSONFaultFinder.firstFault(in: body, maximumDepth: maximumDepth))
    }
    document = parsed
    self.hasMarks = hasMarks
  }

  private static func parse(
    _ bytes: ArraySlice<UInt8>, _ maximumDepth: Int, _ message: inout UnsafePointer<CChar>?
  ) -> OpaquePointer? {
    bytes.withUnsafeBytes {
      cfj_parse($0.bindMemory(to: CChar.self).baseAddress, $0.count, maximumDepth, &message)
    }
  }

  deinit { cfj_free(document) }

  /// The outermost value.
  package var root: JSONValue { JSONValue(document: self, place: cfj_root(document), path: "") }
}

/// What is wrong with a JSON text, and where in it.
package enum JSONError: DescribedError, Equatable {
  /// The text is not JSON: the parser's words, and the place where the grammar breaks if that is what is wrong.
  case syntax(String, JSONFault? = nil)
  /// A value is of another kind than the format wants.
  case wrongType(path: String, wanted: String, found: String)
  /// A member that the format wants is not there.
  case missing(path: String)

  /// The reason and the place.
  package var description: String {
    switch self {
    case .syntax(_, let fault?): "is not valid JSON: \(fault.place): \(fault.reason)"
    case .syntax(let reason, nil): "is not valid JSON: \(reason)"
    case .wrongType(let path, let wanted, let found):
      "\(path.isEmpty ? "top level" : path): \(wanted) expected, found \(found)"
    case .missing(let path): "\(path) is missing"
    }
  }

  /// What to do, where the reason does not say it.
  package var hint: String? {
    switch self {
    case .wrongType(_, "an integer", let found) where found.hasPrefix("the number"):
      "write a whole number of at most 19 digits, without point and exponent"
    default: nil
    }
  }
}
