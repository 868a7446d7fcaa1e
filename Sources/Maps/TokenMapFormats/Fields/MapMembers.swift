import CMCFastJSON
import CMCFieldTables

/// The members that one kind of object in a token map can have, ready for a walk over very many of them.
///
/// What ``FieldTable/check(_:in:at:)`` is for a configuration: a map has an object for every entry with several targets,
/// and a member that stands twice is refused here, too.
struct MapMembers {
  private let names: [[UInt8]]
  private let format: String

  /// Takes the rows of a section of a table.
  init(_ table: FieldTable, _ section: String) {
    names = (table[section]?.rows ?? []).map { Array($0.name.utf8) }
    format = table.format
  }

  /// Refuses what is no object, and an object with a member that the table does not have, or one twice.
  ///
  /// - Parameters:
  ///   - value: The object.
  ///   - place: Where it stands in the file; empty at the top.
  ///   - tool: The program that wrote the file, as the file says.
  func check(_ value: JSONValue, at place: String, tool: String?) throws {
    guard value.isObject else {
      throw JSONError.wrongType(
        path: place.isEmpty ? "the file" : place, wanted: "an object", found: value.typeName)
    }
    var seen: UInt64 = 0
    try value.forEachMember { key, _ in
      guard let row = names.firstIndex(where: { $0.count == key.count && key.elementsEqual($0) }) else {
        throw unknown(String(decoding: key, as: UTF8.self), at: place, tool: tool)
      }
      guard seen & 1 << UInt64(row) == 0 else {
        throw MapContentError.twice(path: Self.path(String(decoding: key, as: UTF8.self), at: place))
      }
      seen |= 1 << UInt64(row)
    }
  }

  /// Refuses the first of some names that the table does not have.
  func check(_ found: some Sequence<String>, at place: String) throws(MapContentError) {
    for name in found where !names.contains(where: { $0.elementsEqual(name.utf8) }) {
      throw unknown(name, at: place, tool: nil)
    }
  }

  private func unknown(_ name: String, at place: String, tool: String?) -> MapContentError {
    .unknown(
      path: Self.path(name, at: place), name: name, format: format, tool: tool,
      known: names.map { String(decoding: $0, as: UTF8.self) })
  }

  static func path(_ name: String, at place: String) -> String {
    place.isEmpty ? name : "\(place).\(name)"
  }
}

extension MapMembers {
  /// The top of an own map.
  static let top = MapMembers(.tokenMap, "")
  /// A vocabulary of an own map.
  static let side = MapMembers(.tokenMap, TokenMapSection.side)
  /// An entry with several targets of an own map.
  static let sequence = MapMembers(.tokenMap, TokenMapSection.sequence)
  /// An override file of an own map.
  static let override = MapMembers(.tokenMap, TokenMapSection.override)
  /// The tensors of a map in safetensors.
  static let tensors = MapMembers(.tokenMapTensors, TokenMapSection.tensors)
  /// The texts about a map in safetensors.
  static let metadata = MapMembers(.tokenMapTensors, TokenMapSection.metadata)
}
