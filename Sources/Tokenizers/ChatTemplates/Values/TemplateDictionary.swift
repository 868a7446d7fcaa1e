/// What can be a key of a dictionary; numbers that are equal are one key, as in Python.
enum TemplateKey: Hashable {
  case none
  case integer(Int)
  case float(Double)
  /// UTF-8, as equal texts of Swift may have different code points.
  case string([UInt8])
  case tuple([TemplateKey])

  /// The key of a value; nil where it can be none.
  init?(_ value: TemplateValue) {
    switch value {
    case .none: self = .none
    case .boolean(let value): self = .integer(value ? 1 : 0)
    case .integer(let value): self = .integer(value)
    case .float(let value):
      guard !value.isNaN else { return nil }
      self = Int(exactly: value).map { .integer($0) } ?? .float(value)
    case .string(let text), .markup(let text): self = .string(Array(text.utf8))
    case .tuple, .group:
      guard let items = value.items else { return nil }
      let keys = items.compactMap { TemplateKey($0) }
      guard keys.count == items.count else { return nil }
      self = .tuple(keys)
    default: return nil
    }
  }
}

/// Members in the order they were given.
struct TemplateDictionary {
  /// The members in order.
  private(set) var pairs: [(key: TemplateValue, value: TemplateValue)] = []
  private var places: [TemplateKey: Int] = [:]

  /// How many there are.
  var count: Int { pairs.count }

  subscript(key: TemplateKey) -> TemplateValue? { places[key].map { pairs[$0].value } }

  subscript(name: String) -> TemplateValue? {
    get { self[.string(Array(name.utf8))] }
    set {
      guard let newValue else { return }
      set(.string(Array(name.utf8)), .string(name), newValue)
    }
  }

  /// Gives a key a value; a key that is there keeps its place and its form.
  mutating func set(_ key: TemplateKey, _ form: TemplateValue, _ value: TemplateValue) {
    if let place = places[key] {
      pairs[place].value = value
    } else {
      places[key] = pairs.count
      pairs.append((form, value))
    }
  }
}

/// What is looked at of a dictionary.
enum TemplateView: String {
  case keys = "dict_keys"
  case values = "dict_values"
  case items = "dict_items"

  /// Its items.
  func items(of members: TemplateDictionary) -> [TemplateValue] {
    switch self {
    case .keys: members.pairs.map(\.key)
    case .values: members.pairs.map(\.value)
    case .items: members.pairs.map { .tuple([$0.key, $0.value]) }
    }
  }
}

/// Whole numbers from one on, up to another, which is not one of them.
struct TemplateRange {
  let start: Int
  let end: Int
  let step: Int

  /// How many there are.
  var count: Int {
    step > 0
      ? max(0, (end - start + step - 1) / step) : max(0, (start - end - step - 1) / -step)
  }

  /// The number at a place.
  subscript(place: Int) -> Int { start + place * step }

  /// All of them.
  var values: [TemplateValue] { (0..<count).map { .integer(self[$0]) } }

  /// Whether a number is one of them.
  func contains(_ number: Int) -> Bool {
    guard step > 0 ? (start..<max(start, end)).contains(number) : number <= start && number > end else {
      return false
    }
    return (number - start) % step == 0
  }
}
