/// A value of a template: Python's, as far as templates can make them.
indirect enum TemplateValue {
  /// What stands for nothing, with how it was called; prints as nothing.
  case undefined(String)
  case none
  case boolean(Bool)
  case integer(Int)
  case float(Double)
  case string(String)
  /// A text that `safe` marked: it is written as it is, and nothing else is done with it.
  case markup(String)
  case list([TemplateValue])
  case tuple([TemplateValue])
  /// What `groupby` gives: a pair whose items have names.
  case group(key: TemplateValue, members: [TemplateValue])
  case dictionary(TemplateDictionary)
  case range(TemplateRange)
  /// `keys()`, `values()` and `items()` of a dictionary.
  case view(TemplateDictionary, TemplateView)
  /// What gives its items once: the results of `map`, `select` and others.
  case iterator(TemplateIterator)
  case namespace(TemplateNamespace)
  case loop(TemplateLoop)
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
    case .string(let text), .markup(let text): !text.isEmpty
    case .list(let items), .tuple(let items): !items.isEmpty
    case .dictionary(let members), .view(let members, _): members.count > 0
    case .range(let range): range.count > 0
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
    case .markup: "a text marked safe"
    case .list: "a list"
    case .tuple, .group: "a tuple"
    case .dictionary: "an object"
    case .range: "a range"
    case .view: "a view of an object"
    case .iterator: "a sequence that is read once"
    case .namespace: "a namespace"
    case .loop: "a loop"
    case .macro, .function, .method: "a function"
    }
  }

  /// The items of a list or a tuple.
  var items: [TemplateValue]? {
    switch self {
    case .list(let items), .tuple(let items): items
    case .group(let key, let members): [key, .list(members)]
    default: nil
    }
  }

  /// A text, marked or not.
  var string: String? {
    switch self {
    case .string(let text), .markup(let text): text
    default: nil
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

  /// Whether it stands for nothing.
  var isUndefined: Bool {
    if case .undefined = self { return true }
    return false
  }

  /// Whether it is `none`.
  var isNone: Bool {
    if case .none = self { return true }
    return false
  }

  /// Whether it is a text marked safe.
  var isMarkup: Bool {
    if case .markup = self { return true }
    return false
  }
}
