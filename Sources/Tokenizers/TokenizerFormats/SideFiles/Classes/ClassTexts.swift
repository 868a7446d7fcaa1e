import CMCFastJSON
import CMCPrimitives
import CMCVocabulary

/// What a class puts around a text and does with unknown characters, held against a file.
struct ClassTexts {
  let entry: ClassEntry
  let arguments: [String: ClassArgument]
  let description: TokenizerDescription

  /// The text of a special token: what files say, else the class's own.
  func text(role: String) -> String? {
    if let stated = description.templateTokens[role], let text = stated { return text }
    return entry["roles"]?[role]?.string
  }

  /// Whether the ids around a single text are others.
  func postProcessorDiffers() throws -> Bool {
    let own = around()
    let key = description.postProcessors.isEmpty ? "without_post_processor" : "post_processor"
    guard let stated = entry[key] ?? entry["post_processor"], stated.isObject else { return false }
    let before = try stated.require("before").elements
    let behind = try stated.require("behind").elements
    guard before.count == own.before.count, behind.count == own.behind.count else { return true }
    return try !zip(before + behind, own.before + own.behind).allSatisfy { try isSame($0, as: $1) }
  }

  /// The file's ids around a single text.
  private func around() -> (before: [Int32], behind: [Int32]) {
    var before: [Int32] = []
    var behind: [Int32] = []
    for processor in description.postProcessors {
      switch processor {
      case .bert(let cls, let sep), .roberta(let cls, let sep):
        before.insert(cls, at: 0)
        behind.append(sep)
      case .template(let single, _):
        var isBehind = false
        var first: [Int32] = []
        for item in single {
          switch item {
          case .sequence: isBehind = true
          case .special(let ids): if isBehind { behind += ids } else { first += ids }
          }
        }
        before = first + before
      case .byteLevel, .unknown: continue
      }
    }
    return (before, behind)
  }

  /// Whether an item of the table is an id of the file.
  private func isSame(_ item: JSONValue, as id: Int32) throws -> Bool {
    if let number = item["id"]?.int { return number == id }
    if let role = item["role"]?.string { return isPiece(id, text(role: role)) }
    var token = try item.require("token").expect("a text") { $0.string }
    if let argument = item["argument"]?.string, case .text(let stated)? = arguments[argument] {
      let parts = (item["form"]?.string ?? "*").split(separator: "*", omittingEmptySubsequences: false)
      // A language may be stated with the marks around it.
      let isMarked = parts.count == 2 && !parts[0].isEmpty && stated.hasPrefix(parts[0])
      token = isMarked ? stated : parts.joined(separator: stated)
    }
    return isPiece(id, token)
  }

  /// Whether an id is the piece of a text.
  func isPiece(_ id: Int32?, _ text: String?) -> Bool {
    guard let id, let text, id >= 0, Int(id) < description.vocabulary.pieces.count else { return false }
    return description.vocabulary.pieces[Int(id)].elementsEqual(text.utf8)
  }

  /// Whether some piece is a text.
  ///
  /// - Complexity: O(tokens).
  func hasPiece(_ text: String) -> Bool {
    let pieces = description.vocabulary.pieces
    return (0..<pieces.count).contains { pieces[$0].elementsEqual(text.utf8) }
  }
}
