internal import CMCFastJSON
public import CMCPrimitives
internal import CMCResultCoding

/// What a run was started with, in one value: two runs are the same where these are equal.
///
/// A run that goes on compares all of it; a difference is an error that names the field (``SettingsDifference``). What
/// changes no result (threads, where progress goes) is not in it.
public protocol RunSettings: Codable, Equatable, Sendable {
  /// What kind of run it is, as its files name it.
  static var kind: String { get }
}

/// Settings of a run whose result names it.
public protocol NamedRunSettings: RunSettings {
  /// The version of the program.
  var tool: String { get set }
  /// Which part of the run; nil for all.
  var shard: Shard? { get set }
}

extension NamedRunSettings {
  /// The digest by which a result says of what it is: equal where all settings are, in whichever version of the program and
  /// however many shards.
  ///
  /// - Throws: `ResultCodingError` for a number that JSON cannot say.
  public func run() throws -> String {
    var settings = self
    (settings.tool, settings.shard) = ("", nil)
    return try RunDigest.short(of: settings)
  }
}

/// A field in which the settings of two runs differ.
public struct SettingsDifference: DescribedError, Equatable {
  /// The field's path in JSON, such as `deltas[0].weights[0].sha256`.
  public let field: String
  /// What the earlier run had; nil where it had nothing.
  public let before: String?
  /// What this one has.
  public let now: String?

  /// The field and both values.
  public var description: String {
    "belongs to a run with another \(oneLine(field, limit: 80)): \(Self.shown(before)) there, \(Self.shown(now)) here"
  }

  /// What to do.
  public var hint: String? { "finish that run with its own settings, remove it, or name another output" }

  private static func shown(_ value: String?) -> String { value.map { oneLine($0, limit: 60) } ?? "nothing" }
}

extension RunSettings {
  /// The first field in which another run's settings differ, in the order of their keys; nil where they are equal.
  ///
  /// Two numbers that JSON's reader here cannot tell apart are a difference of `settings` as a whole.
  ///
  /// - Throws: `ResultCodingError` for a number that JSON cannot say.
  public func difference(from earlier: Self) throws -> SettingsDifference? {
    if self == earlier { return nil }
    let before = try JSONDocument(try ResultCoding.encode(earlier)).root
    let now = try JSONDocument(try ResultCoding.encode(self)).root
    // Unequal all the same: numbers with a fraction that JSON's reader rounds to one.
    return .between(before, now) ?? SettingsDifference(field: Self.kind, before: nil, now: nil)
  }
}

extension SettingsDifference {
  /// The first member in which two objects differ, in the order of their keys; nil where none does.
  static func between(_ before: JSONValue, _ now: JSONValue) -> SettingsDifference? {
    difference(before, now, "")
  }

  private static func difference(_ before: JSONValue?, _ now: JSONValue?, _ path: String)
    -> SettingsDifference?
  {
    if let before, let now, before.isObject, now.isObject {
      let (a, b) = (members(before), members(now))
      for key in Set(a.keys).union(b.keys).sorted() {
        if let found = difference(a[key], b[key], path.isEmpty ? key : "\(path).\(key)") { return found }
      }
      return nil
    }
    if let before, let now, before.isArray, now.isArray {
      let (a, b) = (before.elements, now.elements)
      if let a = named(a), let b = named(b) {
        // Files: one that came or went leaves the others where they are.
        for name in Set(a.keys).union(b.keys).sorted() {
          if let found = difference(a[name], b[name], "\(path)[\(name)]") { return found }
        }
        // The same ones in another order.
        let orders = [before, now].map {
          $0.elements.compactMap { $0["name"]?.string }.joined(separator: ", ")
        }
        return orders[0] == orders[1]
          ? nil : SettingsDifference(field: path, before: orders[0], now: orders[1])
      }
      for index in 0..<max(a.count, b.count) {
        let found = difference(
          index < a.count ? a[index] : nil, index < b.count ? b[index] : nil, "\(path)[\(index)]")
        if let found { return found }
      }
      return nil
    }
    let (a, b) = (before.map(text), now.map(text))
    return a == b ? nil : SettingsDifference(field: path, before: a, now: b)
  }

  /// Elements by their names, where each has one of its own.
  private static func named(_ elements: [JSONValue]) -> [String: JSONValue]? {
    var named: [String: JSONValue] = [:]
    for element in elements {
      guard element.isObject, let name = element["name"]?.string, named[name] == nil else { return nil }
      named[name] = element
    }
    return named.isEmpty ? nil : named
  }

  private static func members(_ value: JSONValue) -> [String: JSONValue] {
    Dictionary(value.members.map { ($0.key, $0.value) }) { first, _ in first }
  }

  private static func text(_ value: JSONValue) -> String {
    if let string = value.string { return string }
    if let integer = value.int { return "\(integer)" }
    if let integer = value.uint64 { return "\(integer)" }
    if let number = value.double { return "\(number)" }
    if let flag = value.bool { return "\(flag)" }
    if value.isObject, value["sha256"] != nil { return "a file" }
    return value.isNull ? "nothing" : value.typeName
  }
}
