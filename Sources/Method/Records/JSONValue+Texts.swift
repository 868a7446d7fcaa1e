internal import CMCFastJSON

extension JSONValue {
  /// The text of a member that has several names, which people use for one thing.
  ///
  /// - Returns: Nil where there is none of them.
  /// - Throws: `RecordError.malformed(line:reason:)` for one that is no string, and for two that say different things.
  func text(_ keys: [String], number: Int) throws -> String? {
    var found: (key: String, text: String)?
    for key in keys {
      guard let member = self[key], !member.isNull else { continue }
      guard let text = member.string else {
        throw RecordError.malformed(line: number, reason: "\(key) is \(member.typeName), not a string")
      }
      if let found, found.text != text {
        throw RecordError.malformed(
          line: number, reason: "it has \(found.key) and \(key), which differ, and one of them is asked for")
      }
      if found == nil { found = (key, text) }
    }
    return found?.text
  }
}
