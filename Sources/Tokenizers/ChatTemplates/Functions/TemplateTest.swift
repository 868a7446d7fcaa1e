/// The tests behind `is`: those of Jinja.
enum TemplateTest: String, CaseIterable {
  case boolean, callable, defined, divisibleby, eq, equalto, escaped, even, filter, float, ge, greaterthan,
    gt, integer
  case iterable, le, lessthan, lower, lt, mapping, ne, none, number, odd, sameas, sequence, string, test,
    undefined
  case upper
  case isTrue = "true"
  case isFalse = "false"
  case isIn = "in"
  // Jinja's table has these too; only `select` and its like can name them.
  case equalSign = "=="
  case notEqualSign = "!="
  case lessSign = "<"
  case lessOrEqualSign = "<="
  case greaterSign = ">"
  case greaterOrEqualSign = ">="

  /// The operator that it is; nil where it is none.
  var comparison: TemplateExpression.Operator? {
    switch self {
    case .eq, .equalto, .equalSign: .equal
    case .ne, .notEqualSign: .notEqual
    case .lt, .lessthan, .lessSign: .less
    case .le, .lessOrEqualSign: .lessOrEqual
    case .gt, .greaterthan, .greaterSign: .greater
    case .ge, .greaterOrEqualSign: .greaterOrEqual
    default: nil
    }
  }

  /// What it takes beside the value before it.
  var parameters: String {
    if comparison != nil { return "other /" }
    return switch self {
    case .divisibleby: "num"
    case .sameas: "other"
    case .isIn: "seq"
    default: ""
    }
  }

  static let signatures: [TemplateTest: TemplateSignature] = Dictionary(
    uniqueKeysWithValues: allCases.map { ($0, TemplateSignature($0.parameters)) })
}

extension TemplateInterpreter {
  /// Whether the test of a name holds.
  func holds(
    named name: String, of value: TemplateValue, _ arguments: EvaluatedArguments
  ) throws(ChatTemplateError) -> Bool {
    guard let test = TemplateTest(rawValue: name), let signature = TemplateTest.signatures[test] else {
      throw failure("there is no test '\(name)'")
    }
    let bound = try signature.bind(arguments, "test '\(name)'", line: line)
    if let comparison = test.comparison, let other = bound["other"] {
      return try compare(comparison, value, other)
    }
    switch test {
    case .isIn: return try contains(bound["seq"] ?? .none, value)
    case .sameas: return try isSame(value, bound["other"] ?? .none)
    case .odd, .even, .divisibleby: return try divides(test, value, bound["num"] ?? .integer(2))
    case .lower, .upper:
      let text = try text(of: value)
      try spend(Self.scalarCost * text.utf8.count)
      return TemplateText.hasCase(text, upper: test == .upper)
    case .filter, .test:
      guard let name = value.string else {
        switch value {
        case .list, .dictionary, .view(_, .keys), .view(_, .items):
          throw failure("\(value.typeName) is no name")
        case .tuple, .group: _ = try key(value)
        default: break
        }
        return false
      }
      // No name is that long; and each is compared with all.
      guard name.utf8.count <= 64 else { return false }
      return test == .filter ? TemplateFilter(rawValue: name) != nil : TemplateTest(rawValue: name) != nil
    default: return Self.isOfKind(test, value)
    }
  }

  private static func isOfKind(_ test: TemplateTest, _ value: TemplateValue) -> Bool {
    switch (test, value) {
    case (.defined, _): return !value.isUndefined
    case (.undefined, .undefined), (.none, .none), (.boolean, .boolean), (.string, .string),
      (.string, .markup),
      (.integer, .integer), (.float, .float), (.mapping, .dictionary), (.escaped, .markup):
      return true
    case (.isTrue, .boolean(let truth)): return truth
    case (.isFalse, .boolean(let truth)): return !truth
    case (.number, _): return value.number != nil
    // What is not defined has no items, and that is a sequence too.
    case (.iterable, .undefined), (.sequence, .undefined), (.callable, .undefined): return true
    case (.iterable, .list), (.iterable, .tuple), (.iterable, .group), (.iterable, .string),
      (.iterable, .markup),
      (.iterable, .dictionary), (.iterable, .range), (.iterable, .view), (.iterable, .iterator),
      (.iterable, .loop):
      return true
    case (.sequence, .list), (.sequence, .tuple), (.sequence, .group), (.sequence, .string),
      (.sequence, .markup),
      (.sequence, .dictionary), (.sequence, .range):
      return true
    case (.callable, .function), (.callable, .macro), (.callable, .method), (.callable, .loop): return true
    default: return false
    }
  }

  /// Whether they are one object; Python does not say it of texts, of lists and of large numbers.
  private func isSame(_ a: TemplateValue, _ b: TemplateValue) throws(ChatTemplateError) -> Bool {
    switch (a, b) {
    case (.none, .none): return true
    case (.boolean(let a), .boolean(let b)): return a == b
    case (.none, _), (_, .none), (.boolean, _), (_, .boolean): return false
    case (.integer(let a), .integer(let b)):
      if (-5...256).contains(a) || (-5...256).contains(b) || a != b { return a == b }
    case (.namespace(let a), .namespace(let b)): return a === b
    default: break
    }
    throw unsupported("test 'sameas' of \(a.typeName) and \(b.typeName)")
  }

  private func divides(
    _ test: TemplateTest, _ value: TemplateValue, _ divisor: TemplateValue
  ) throws(ChatTemplateError) -> Bool {
    let rest = try binary(.modulo, value, divisor)
    return try equal(rest, .integer(test == .odd ? 1 : 0))
  }
}
