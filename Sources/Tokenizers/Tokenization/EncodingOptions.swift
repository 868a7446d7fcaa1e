/// How a text is encoded.
public struct EncodingOptions: Sendable {
  /// Whether the tokens that the tokenizer puts around a text (bos, eos, …) are added.
  public var addsSpecial = false
  /// Whether special tokens written out in the text become their ids; otherwise they are plain text.
  public var parsesSpecial = false
  /// What becomes of bytes that are not UTF-8.
  public var invalid = InvalidUTF8Policy.replace
  /// Whether the text goes on inside another: nothing is put before it, no space and no mark.
  public var isContinuation = false
  /// Where special tokens are parsed, in bytes of the text; nil for everywhere.
  var specialRanges: [Range<Int>]?

  /// Nothing added, special tokens as plain text, bytes that are not UTF-8 replaced.
  public init() {}

  /// The given choices.
  public init(addsSpecial: Bool, parsesSpecial: Bool, invalid: InvalidUTF8Policy = .replace) {
    self.addsSpecial = addsSpecial
    self.parsesSpecial = parsesSpecial
    self.invalid = invalid
  }
}

/// A part of a prompt.
public struct PromptPart: Sendable, Equatable {
  /// The text.
  public var text: String
  /// Whether special tokens that are written out in it become their ids.
  public var parsesSpecial: Bool

  /// A part: of a template, where special tokens are meant, or of a user's text, where they are not.
  public init(_ text: String, parsesSpecial: Bool) {
    self.text = text
    self.parsesSpecial = parsesSpecial
  }
}

extension EncodingOptions {
  /// What comes before the text.
  var place: TextPlace { isContinuation ? .continuation : .start }
}

/// A text as tokens.
package struct Encoding: Sendable, Equatable {
  /// The tokens.
  package var ids: [Int32] = []
  /// For each token the bytes of the text it stands for; empty for a token that was added around the text.
  ///
  /// The parts of one character have the range of that character each where a normaliser made them.
  package var offsets: [Range<Int>] = []
  /// The bytes that no token expresses and that the original library drops without a word: their places in the text.
  package var dropped: [Range<Int>] = []

  /// No tokens.
  package init() {}

  /// Adds a token, or the text that has none.
  mutating func append(_ token: EncodedToken, at range: Range<Int>) {
    if token.id >= 0 {
      ids.append(token.id)
      offsets.append(range)
    } else if let last = dropped.last, last.upperBound == range.lowerBound {
      dropped[dropped.count - 1] = last.lowerBound..<range.upperBound
    } else {
      dropped.append(range)
    }
  }
}
