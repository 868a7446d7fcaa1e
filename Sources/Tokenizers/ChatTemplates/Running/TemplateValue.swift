/// A value of a template: Python's, as far as the subset goes.
indirect enum TemplateValue {
  /// A name that stands for nothing; prints as nothing.
  case undefined(String)
  case none
  case boolean(Bool)
  case integer(Int)
  case float(Double)
  case string(String)
  case list([TemplateValue])
  case dictionary(TemplateDictionary)
  case namespace(TemplateNamespace)
  case macro(TemplateMacro)
  case function(TemplateFunction)
  /// A function of a value, such as `text.strip`.
  case method(TemplateValue, String)

  /// Whether a condition holds.
  var isTrue: Bool {
    switch self {
    case .undefined, .none: false
    case .boolean(let value): value
    case .integer(let value): value != 0
    case .float(let value): value != 0
    case .string(let text): !text.isEmpty
    case .list(let items): !items.isEmpty
    case .dictionary(let members): !members.keys.isEmpty
    default: true
    }
  }

  /// Its name in messages.
  var typeName: String {
    switch self {
    case .undefined(let name): "'\(name)', which is not defined,"
    case .none: "none"
    case .boolean: "a truth value"
    case .integer, .float: "a number"
    case .string: "a text"
    case .list: "a list"
    case .dictionary, .namespace: "an object"
    case .macro, .function, .method: "a function"
    }
  }

  /// What is written for it.
  var text: String {
    switch self {
    case .undefined: ""
    case .string(let text): text
    default: written
    }
  }

  /// How Python writes it within a list.
  var written: String {
    switch self {
    case .undefined: "Undefined"
    case .none: "None"
    case .boolean(let value): value ? "True" : "False"
    case .integer(let value): "\(value)"
    case .float(let value): TemplateJSON.float(value)
    case .string(let text): TemplateJSON.pythonString(text)
    case .list(let items): "[" + items.map(\.written).joined(separator: ", ") + "]"
    case .dictionary(let members):
      "{"
        + members.pairs.map { "\(TemplateJSON.pythonString($0.key)): \($0.value.written)" }.joined(
          separator: ", ")
        + "}"
    case .namespace, .macro, .function, .method: "<\(typeName)>"
    }
  }

  /// Whether Python would call them equal.
  static func equal(_ a: TemplateValue, _ b: TemplateValue) -> Bool {
    switch (a, b) {
    case (.undefined, .undefined), (.none, .none): true
    case (.string(let a), .string(let b)): a.utf8.elementsEqual(b.utf8)
    case (.list(let a), .list(let b)): a.count == b.count && zip(a, b).allSatisfy(equal)
    case (.dictionary(let a), .dictionary(let b)):
      a.keys.count == b.keys.count
        && a.pairs.allSatisfy { pair in b[pair.key].map { equal(pair.value, $0) } ?? false }
    case (.namespace(let a), .namespace(let b)): a === b
    default: a.number != nil && a.number == b.number
    }
  }

  /// The number it is; truth values are 0 and 1, as in Python.
  var number: Double? {
    switch self {
    case .boolean(let value): value ? 1 : 0
    case .integer(let value): Double(value)
    case .float(let value): value
    default: nil
    }
  }

  /// The whole number it is.
  var wholeNumber: Int? {
    switch self {
    case .boolean(let value): value ? 1 : 0
    case .integer(let value): value
    default: nil
    }
  }
}

/// Members in the order they were given.
struct TemplateDictionary {
  /// The keys in their order.
  private(set) var keys: [String] = []
  private var places: [[UInt8]: Int] = [:]
  private var values: [TemplateValue] = []

  /// The members in order.
  var pairs: [(key: String, value: TemplateValue)] { zip(keys, values).map { (key: $0, value: $1) } }

  subscript(key: String) -> TemplateValue? {
    get { places[Array(key.utf8)].map { values[$0] } }
    set {
      guard let newValue else { return }
      if let place = places[Array(key.utf8)] {
        values[place] = newValue
      } else {
        places[Array(key.utf8)] = keys.count
        keys.append(key)
        values.append(newValue)
      }
    }
  }
}

/// An object whose members can be set from within loops.
final class TemplateNamespace {
  var members = TemplateDictionary()
}

/// A macro.
final class TemplateMacro {
  let name: String
  let parameters: [TemplateStatement.Parameter]
  let body: [TemplateStatement]

  init(name: String, parameters: [TemplateStatement.Parameter], body: [TemplateStatement]) {
    self.name = name
    self.parameters = parameters
    self.body = body
  }
}

/// The functions that templates can call.
enum TemplateFunction: String, CaseIterable {
  case namespace, range, dict
  case raise = "raise_exception"
}
