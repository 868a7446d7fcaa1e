import CMCPrimitives

/// What a token map says and cannot be carried out: a member that is not known, or two that contradict each other.
package enum MapContentError: DescribedError, Equatable {
  /// A member that the format's table does not have.
  ///
  /// - Parameters:
  ///   - path: Where it stands.
  ///   - name: Its name.
  ///   - format: The table's name.
  ///   - tool: The program that wrote the file, as the file says.
  ///   - known: The names that could stand there.
  case unknown(path: String, name: String, format: String, tool: String?, known: [String])
  /// A member that stands there twice.
  case twice(path: String)
  /// Two places that cannot both be true, each with what it says.
  case contradiction(String, says: String, but: String, saying: String)
  /// A key that is no whole number as this program writes it.
  case notCanonical(path: String)

  package var description: String {
    switch self {
    case .unknown(let path, _, let format, let tool, _):
      "\(oneLine(path, limit: 100)): not a known member of \(format)"
        + (tool.map { " (written by \(oneLine($0, limit: 60)))" } ?? "") + "; what it says would be lost"
    case .twice(let path): "\(oneLine(path, limit: 100)): stands there twice"
    case .contradiction(let first, let says, let second, let other):
      "\(oneLine(first, limit: 100)) is \(oneLine(says, limit: 60)), but \(oneLine(second, limit: 100)) is "
        + oneLine(other, limit: 60)
    case .notCanonical(let path):
      "\(oneLine(path, limit: 100)): is no id: digits alone, and no 0 before others"
    }
  }

  package var hint: String? {
    switch self {
    case .unknown(_, let name, let format, let tool, let known):
      if let near = nearestName(to: name, in: known) {
        "did you mean '\(near)'? `cmc formats \(format)` lists what is known"
      } else if tool != nil {
        "read it with the program that wrote it, or take the member out; `cmc formats \(format)` lists what is known"
      } else {
        "take it out; `cmc formats \(format)` lists what is known"
      }
    case .twice: "keep one of the two"
    case .contradiction: "make the map anew, or correct what is wrong"
    case .notCanonical: nil
    }
  }
}
