public import CMCPrimitives

/// Why a regular expression cannot be used.
public enum RegexError: DescribedError, Equatable {
  /// Something this version does not know, where it stands in the pattern (in scalars, from 0).
  case unsupported(String, offset: Int, pattern: String)
  /// The pattern is malformed.
  case malformed(String, offset: Int, pattern: String)
  /// It tells more kinds of characters apart than 255.
  case tooManyClasses(pattern: String)
  /// PCRE2 did not take the translated pattern.
  case notCompiled(String, pattern: String)
  /// PCRE2 gave up while matching: out of stack or over its limit.
  case matchFailed(code: Int, pattern: String)

  /// What, where, and what to do.
  public var description: String {
    switch self {
    case .unsupported(let what, let offset, let pattern):
      "the split pattern has \(oneLine(what)) at character \(offset), which is not supported: \(Self.shown(pattern))"
    case .malformed(let what, let offset, let pattern):
      "the split pattern is malformed at character \(offset): \(oneLine(what)): \(Self.shown(pattern))"
    case .tooManyClasses(let pattern):
      "the split pattern tells more than 255 kinds of characters apart: \(Self.shown(pattern))"
    case .notCompiled(let message, let pattern):
      "PCRE2 refuses the split pattern (\(message)): \(Self.shown(pattern))"
    case .matchFailed(let code, let pattern):
      "matching the split pattern failed (PCRE2 error \(code)); a pattern that needs less backtracking would do: "
        + Self.shown(pattern)
    }
  }

  /// The beginning of a pattern, on one line.
  private static func shown(_ pattern: String) -> String {
    oneLine(pattern, limit: 120)
  }
}
