package import CMCFastJSON

/// A field's value, as far as a table compares it.
package enum FieldValue: Sendable, Equatable {
  case null
  case bool(Bool)
  /// Any number; 1 and 1.0 are one value.
  case number(Double)
  case string(String)
  /// A list without elements.
  case emptyList
  /// A list with elements, which are not compared.
  case list
  /// An object without members.
  case emptyObject
  /// An object with members, which are not compared: it has a section of its own.
  case object

  /// A value of a JSON file, which in the way of Python may be a number that is not finite.
  package init(_ json: JSONValue) {
    if json.isNull {
      self = .null
    } else if let flag = json.bool {
      self = .bool(flag)
    } else if let text = json.string {
      self = .string(text)
    } else if json.isArray {
      self = json.countHint == 0 ? .emptyList : .list
    } else if json.isObject {
      self = json.countHint == 0 ? .emptyObject : .object
    } else {
      self = .number(json.double ?? json.uint64.map(Double.init) ?? json.notFinite ?? .infinity)
    }
  }

  /// The value as JSON shows it, or Python's writer of JSON; a string cut at 40 characters.
  package var shown: String {
    switch self {
    case .null: "null"
    case .bool(let flag): flag ? "true" : "false"
    case .number(let number) where number.isNaN: "NaN"
    case .number(let number) where number.isInfinite: number > 0 ? "Infinity" : "-Infinity"
    case .number(let number):
      number == number.rounded() && abs(number) < 1e15 ? "\(Int64(number))" : "\(number)"
    case .string(let text): "\"\(text.count > 40 ? text.prefix(40) + "…" : text[...])\""
    case .emptyList: "[]"
    case .list: "a list"
    case .emptyObject: "{}"
    case .object: "an object"
    }
  }
}

extension FieldTable {
  /// Holds an object of a JSON file against the table: see ``check(_:in:at:)``.
  ///
  /// - Parameter object: The object; any other value has no fields.
  /// - Returns: The names of the fields that have no row.
  @discardableResult
  package func check(_ object: JSONValue, in section: String = "") throws -> [String] {
    var fields: [(name: String, value: FieldValue)] = []
    try object.forEachMember { key, value in
      fields.append((String(decoding: key, as: UTF8.self), FieldValue(value)))
    }
    return try check(fields, in: section, at: object.path)
  }
}
