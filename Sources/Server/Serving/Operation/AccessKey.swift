/// The key that requests must show.
package struct AccessKey: Sendable {
  private let key: [UInt8]

  /// A key without the spaces and line ends around it, as files have them; nil where nothing is left.
  package init?(_ bytes: [UInt8]) {
    let blank: (UInt8) -> Bool = { $0 <= 0x20 }
    let trimmed = bytes.drop(while: blank).reversed().drop(while: blank).reversed()
    guard !trimmed.isEmpty else { return nil }
    key = Array(trimmed)
  }

  /// Whether the value of the header `Authorization` shows the key.
  ///
  /// Every byte of what was given is looked at, whether or not one before it differs, so that the time says nothing about
  /// how much was right.
  package func admits(_ authorization: String?) -> Bool {
    let given = Array((authorization ?? "").utf8)
    let scheme = Array("bearer ".utf8)
    guard given.count > scheme.count,
      zip(given, scheme).allSatisfy({ ($0 | 0x20) == $1 || $0 == $1 })
    else { return false }
    let candidate = given[scheme.count...]
    var difference = UInt(candidate.count ^ key.count)
    for (index, byte) in candidate.enumerated() { difference |= UInt(byte ^ key[index % key.count]) }
    return difference == 0
  }
}
