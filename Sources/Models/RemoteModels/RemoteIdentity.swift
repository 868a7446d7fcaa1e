/// What a server says of the model that it runs: the same as long as it is the same model.
package struct RemoteIdentity: Sendable, Equatable {
  /// How it is spoken to.
  package let dialect: RemoteDialect
  /// The model's name, as requests give it where they name one.
  package let model: String
  /// Whatever else tells it from another: its size, its context.
  package let traits: [String]
  /// The largest number of tokens of a history with one more behind it.
  package let contextLength: Int
  /// How many logits the model gives; nil where the server does not say.
  package let width: Int?
  /// How many histories the server keeps; nil where it does not say.
  package let slots: Int?

  /// In words.
  package var summary: String { ([model] + traits).joined(separator: ", ") }
}

/// What is encoded by both sides, to see whether they have one tokenizer.
package struct TokenizerProbe: Sendable, Equatable {
  /// Plain words: tokenizers that are the same in all that matters may differ in how they split rarer things.
  package static let text = "the quick brown fox jumps over the lazy dog and runs home"
  /// Its tokens here, without any that begin or end a text.
  package let ids: [Int32]

  /// Notes the tokens of ``text``.
  package init(ids: [Int32]) { self.ids = ids }
}
