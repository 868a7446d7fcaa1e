import CMCPrimitives
import CMCTokenMapFormats
import Foundation
import Testing

/// The sample map in the own format, as plain values that a test changes.
enum OwnMap {
  /// Reads the sample after a change of its values; the format is told by the content.
  static func read(_ change: (inout [String: Any]) throws -> Void) throws -> TokenMapInput {
    let file = try TokenMapWriter.files(for: SampleMap.map, format: .json, at: "m.json").files[0]
    var root = try #require(JSONSerialization.jsonObject(with: Data(file.bytes)) as? [String: Any])
    try change(&root)
    return try TokenMapReader.parse(Array(JSONSerialization.data(withJSONObject: root)))
  }

  /// What the reader says of a changed sample, with its hint; nil where it is read.
  static func message(_ change: (inout [String: Any]) throws -> Void) throws -> String? {
    do {
      _ = try read(change)
      return nil
    } catch let error as any DescribedError {
      return "\(error); \(error.hint ?? "")"
    }
  }

  /// Puts a value at a path, or takes the member out where there is none.
  static func set(_ value: Any?, at path: ArraySlice<String>, in object: inout [String: Any]) throws {
    let name = try #require(path.first)
    guard path.count > 1 else {
      #expect(object[name] != nil, "\(name)")
      object[name] = value
      return
    }
    if var list = object[name] as? [[String: Any]] {
      try set(value, at: path.dropFirst(), in: &list[0])
      object[name] = list
    } else {
      var inner = try #require(object[name] as? [String: Any])
      try set(value, at: path.dropFirst(), in: &inner)
      object[name] = inner
    }
  }

  /// Gives a member another name.
  static func rename(_ path: [String], to name: String, in object: inout [String: Any]) throws {
    let last = try #require(path.last)
    var holder: [String: Any] = object
    for step in path.dropLast() {
      holder = try #require((holder[step] as? [[String: Any]])?.first ?? holder[step] as? [String: Any])
    }
    let value = try #require(holder[last])
    holder[last] = nil
    holder[name] = value
    guard path.count > 1 else {
      object = holder
      return
    }
    let parent = path.dropLast()
    let isList = parent.count == 1 && object[parent[0]] is [Any]
    try set(isList ? [holder] as Any : holder, at: parent, in: &object)
  }
}
