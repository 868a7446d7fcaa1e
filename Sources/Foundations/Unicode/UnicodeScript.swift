/// The script property of Unicode: the writing system a character belongs to.
///
/// Swift's standard library does not have it; the values come from a generated table (``unicodeVersion``).
/// Source: Unicode Standard Annex 24.
public struct UnicodeScript: Hashable, Sendable {
  /// The place in the table's list of names.
  let index: UInt8

  /// Characters used with many scripts: digits, most punctuation, emoji.
  public static let common = UnicodeScript(index: 0)
  /// Marks that take the script of the character they stand on.
  public static let inherited = UnicodeScript(index: 1)
  /// Scalars without a character, and those of private use.
  public static let unknown = UnicodeScript(index: 2)
  /// Latin.
  public static let latin = UnicodeScript(index: 3)

  /// The version of Unicode that the table belongs to.
  public static var unicodeVersion: String { UnicodeScriptTable.unicodeVersion }

  /// Every script of the table, Common, Inherited and Unknown among them.
  package static let all: [UnicodeScript] = UnicodeScriptTable.names.indices.compactMap {
    UInt8(exactly: $0).map(UnicodeScript.init(index:))
  }

  /// The long name of the property's value, such as `Latin` or `Old_Italic`.
  public var name: String { UnicodeScriptTable.names[Int(index)] }

  private init(index: UInt8) { self.index = index }

  /// The script of a name, whatever the case of its letters; a blank or hyphen stands for an underscore.
  public init?(name: String) {
    let wanted = Self.folded(name)
    guard let script = Self.all.first(where: { Self.folded($0.name) == wanted }) else { return nil }
    self = script
  }

  private static func folded(_ name: String) -> [UInt8] {
    name.utf8.map { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
      case UInt8(ascii: " "), UInt8(ascii: "-"): UInt8(ascii: "_")
      default: byte
      }
    }
  }
}

extension UnicodeScript {
  /// The code points of the script, as ascending ranges.
  ///
  /// - Complexity: O(ranges of the table).
  public var ranges: [ClosedRange<UInt32>] {
    let table = UnicodeScriptTable.ranges
    return table.indices.compactMap { place in
      guard UInt8(truncatingIfNeeded: table[place]) == index else { return nil }
      let end = place + 1 < table.count ? table[place + 1] >> 8 : 0x110000
      return (table[place] >> 8)...(end - 1)
    }
  }

  /// The script of one scalar.
  ///
  /// - Complexity: O(1) for ASCII, else a binary search over some 1700 ranges.
  public static func of(_ scalar: Unicode.Scalar) -> UnicodeScript {
    let value = scalar.value
    if value < 0x80 {
      let letter = value | 0x20
      return letter >= 0x61 && letter <= 0x7A ? latin : common
    }
    return UnicodeScriptTable.ranges.withUnsafeBufferPointer { ranges in
      // The last range that begins at or before the scalar; the first one begins at 0.
      var low = 0
      var high = ranges.count
      while high - low > 1 {
        let middle = (low + high) / 2
        if ranges[middle] >> 8 <= value { low = middle } else { high = middle }
      }
      return UnicodeScript(index: UInt8(truncatingIfNeeded: ranges[low]))
    }
  }

  /// The script of a text: that of its first scalar that is neither Common nor Inherited, else Common.
  ///
  /// - Parameter bytes: UTF-8; a byte that belongs to no character counts as Common.
  /// - Complexity: O(bytes) with a binary search for each scalar beyond ASCII.
  public static func script(ofText bytes: UnsafeBufferPointer<UInt8>) -> UnicodeScript {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar):
        let script = of(scalar)
        if script != common && script != inherited { return script }
      case .error: continue
      case .emptyInput: return common
      }
    }
  }
}
