package import CMCAlignment
import CMCPrimitives
package import CMCTokenization
import CMCVocabulary

/// What a delta model has read: its own prompt, and the generated text in its own tokens.
///
/// A token that the map places exactly enters as its target, and the delta model goes on from where it is. Any other
/// token changes the text in a way that single tokens cannot follow: the generated text is encoded anew, and the delta
/// model is cut back to where the old and the new tokens part (ExactSemantics, section 4).
package struct DeltaHistory: Sendable {
  /// How the history changed.
  package struct Change: Sendable, Equatable, Codable {
    /// How many tokens stay, the prompt included.
    package var kept: Int
    /// The tokens after them.
    package var added: [Int32]
    /// Whether the generated text was encoded anew.
    package var isReencoded: Bool
  }

  /// The tokens, the prompt included.
  package private(set) var ids: [Int32]
  private let promptCount: Int
  private let translation: Translation
  /// The encoded text up to the last special token, that token included.
  private var closed: [Int32] = []
  /// The text after it.
  private var text: [UInt8] = []
  /// Whether the end of the text is not in the tokens yet, as it is not a whole character.
  private var isIncomplete = false

  private enum Translation: Sendable {
    case identity
    case map(TokenMap, user: Tokenizer, delta: Tokenizer)
  }

  /// The history of a delta model with a vocabulary of its own.
  package init(prompt: [Int32], map: TokenMap, user: Tokenizer, delta: Tokenizer) {
    ids = prompt
    promptCount = prompt.count
    translation = .map(map, user: user, delta: delta)
  }

  /// The history of a delta model that shares the user model's vocabulary.
  package init(prompt: [Int32]) {
    ids = prompt
    promptCount = prompt.count
    translation = .identity
  }

  /// Takes the user model's next token.
  ///
  /// - Throws: What encoding throws.
  /// - Complexity: O(1) for a token that is placed exactly, O(text since the last special token) for others.
  package mutating func append(_ token: Int32) throws -> Change {
    guard case .map(let map, let user, let delta) = translation else { return take(token) }
    let isMatch = Int(token) < map.count && map.isMatch(Int(token))
    let vocabulary = user.description.vocabulary
    let kind = Int(token) < vocabulary.idLimit ? vocabulary.kind(token) : .hole
    if kind == .special || kind == .hole {
      // A special token without a target is not shown to the delta model at all.
      guard isMatch else { return Change(kept: ids.count, added: [], isReencoded: false) }
      let change = isIncomplete ? nil : take(map.ids[Int(token)])
      closed += try encode(delta) + [map.ids[Int(token)]]
      text = []
      isIncomplete = false
      return change ?? replace(with: closed)
    }
    text.append(contentsOf: vocabulary.canonical[Int(token)])
    if isMatch, !isIncomplete { return take(map.ids[Int(token)]) }
    let complete = text.withUnsafeBufferPointer(StreamingDecoder.completeLength)
    isIncomplete = complete < text.count
    return replace(with: try closed + encode(delta, upTo: complete))
  }

  /// Drops the earlier half of the generated tokens, where a model's context is full.
  ///
  /// What stays is closed: text that follows is encoded as its continuation, not together with it.
  mutating func dropEarlierHalf() -> Change {
    let generated = ids[promptCount...]
    closed = Array(generated.suffix(generated.count / 2))
    let complete = text.withUnsafeBufferPointer(StreamingDecoder.completeLength)
    text.removeFirst(isIncomplete ? complete : text.count)
    ids.replaceSubrange(promptCount..., with: closed)
    return Change(kept: promptCount, added: closed, isReencoded: true)
  }

  private func encode(_ delta: Tokenizer, upTo count: Int? = nil) throws -> [Int32] {
    var options = EncodingOptions()
    options.isContinuation = true
    return try delta.encode(Array(text[..<(count ?? text.count)]), options: options)
  }

  private mutating func take(_ id: Int32) -> Change {
    ids.append(id)
    return Change(kept: ids.count - 1, added: [id], isReencoded: false)
  }

  private mutating func replace(with generated: [Int32]) -> Change {
    var kept = promptCount
    while kept < ids.count, kept - promptCount < generated.count, ids[kept] == generated[kept - promptCount] {
      kept += 1
    }
    let added = Array(generated[(kept - promptCount)...])
    ids.replaceSubrange(kept..., with: added)
    return Change(kept: kept, added: added, isReencoded: true)
  }
}
