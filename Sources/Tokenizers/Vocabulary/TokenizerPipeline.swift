/// A pattern that text is searched for.
package enum TextPattern: Sendable, Hashable {
  /// The characters as they are.
  case literal(String)
  /// A regular expression, as the file writes it (Oniguruma's syntax in HF files).
  case regex(String)
}

/// One step of normalisation; names and meanings are those of the HF library.
package enum Normalizer: Sendable, Hashable {
  /// A Unicode normalisation form.
  case nfc, nfd, nfkc, nfkd
  /// Every character to lower case.
  case lowercase
  /// Non-spacing marks removed.
  case stripAccents
  /// The clean-up of SentencePiece's `nmt` rules.
  case nmt
  /// Each byte as its character of GPT-2's table.
  case byteLevel
  /// Every match of the pattern replaced.
  case replace(TextPattern, with: String)
  /// Text put before a text that is not empty.
  case prepend(String)
  /// White space removed at the ends.
  case strip(left: Bool, right: Bool)
  /// SentencePiece's compiled character map.
  case precompiled([UInt8])
  /// BERT's clean-up.
  case bert(cleanText: Bool, handleChineseCharacters: Bool, stripAccents: Bool?, lowercase: Bool)
  /// SentencePiece's own treatment of white space, in the order it applies it.
  ///
  /// Where white space is a suffix of words, the dummy is put behind the text.
  case sentencePieceSpaces(addDummyPrefix: Bool, removeExtra: Bool, escape: Bool, isSuffix: Bool = false)
  /// A step that this version does not know, by its name.
  case unknown(String)
}

/// What becomes of the text that a splitting pattern matches.
package enum SplitBehavior: String, Sendable, Hashable {
  /// It is dropped.
  case removed = "Removed"
  /// It is a word of its own.
  case isolated = "Isolated"
  /// It belongs to the word before.
  case mergedWithPrevious = "MergedWithPrevious"
  /// It belongs to the word after.
  case mergedWithNext = "MergedWithNext"
  /// Neighbouring matches are one word.
  case contiguous = "Contiguous"
}

/// When Metaspace puts its mark before a text.
package enum PrependScheme: String, Sendable, Hashable {
  /// Before every part.
  case always
  /// Never.
  case never
  /// Before the first part only.
  case first
}

/// One step of pre-tokenisation; names and meanings are those of the HF library.
package enum PreTokenizer: Sendable, Hashable {
  /// GPT-2's bytes as characters, with its pattern where `useRegex`.
  case byteLevel(addPrefixSpace: Bool, useRegex: Bool)
  /// Spaces replaced by a mark, and a cut before each mark where `split`.
  case metaspace(replacement: String, prepend: PrependScheme, split: Bool)
  /// A cut at each match of a pattern.
  case split(TextPattern, behavior: SplitBehavior, invert: Bool)
  /// A cut around digits.
  case digits(individual: Bool)
  /// A cut around punctuation.
  case punctuation(SplitBehavior)
  /// A cut at `\w+|[^\w\s]+`.
  case whitespace
  /// A cut at white space.
  case whitespaceSplit
  /// BERT's cuts.
  case bert
  /// A cut at one character.
  case charDelimiter(String)
  /// A cut after every so many characters.
  case fixedLength(Int)
  /// A cut where the script changes.
  case unicodeScripts
  /// The cuts that llama.cpp makes for a name of `tokenizer.ggml.pre`.
  case gguf(String)
  /// A step that this version does not know, by its name.
  case unknown(String)
}

/// One item of a template: a special token or the text itself.
package enum TemplateItem: Sendable, Hashable {
  /// The ids that a special token of the template stands for.
  case special([Int32])
  /// The encoded text: `A`, or `B` of a pair.
  case sequence(String)
}

/// One step after encoding; names and meanings are those of the HF library.
package enum PostProcessor: Sendable, Hashable {
  /// Special tokens around one text, and around a pair.
  case template(single: [TemplateItem], pair: [TemplateItem])
  /// Offsets only; no token is added.
  case byteLevel
  /// BERT's `[CLS] A [SEP] B [SEP]`.
  case bert(cls: Int32, sep: Int32)
  /// RoBERTa's `<s> A </s></s> B </s>`.
  case roberta(cls: Int32, sep: Int32)
  /// A step that this version does not know, by its name.
  case unknown(String)
}

/// One step of decoding; names and meanings are those of the HF library.
package enum Decoder: Sendable, Hashable {
  /// GPT-2's characters to bytes.
  case byteLevel
  /// `<0xNN>` tokens to bytes.
  case byteFallback
  /// Everything joined to one text.
  case fuse
  /// The mark to a space, the first one dropped where it was put there.
  case metaspace(replacement: String, prepend: PrependScheme)
  /// Every match of the pattern replaced.
  case replace(TextPattern, with: String)
  /// Up to so many copies of a character removed at the ends of each token.
  case strip(content: String, start: Int, stop: Int)
  /// Word parts joined, with BERT's clean-up of spaces.
  case wordPiece(prefix: String, cleanup: Bool)
  /// A suffix to a space.
  case bpe(suffix: String)
  /// Repeated tokens once, padding away; with the clean-up, BERT's and the mark between words to a space.
  case ctc(padding: String, wordDelimiter: String, cleanup: Bool)
  /// A step that this version does not know, by its name.
  case unknown(String)
}

/// A token that is looked for in the text before everything else.
package struct AddedToken: Sendable, Hashable {
  /// The id.
  package var id: Int32
  /// The text it is found by.
  package var content: String
  /// Whether it is special: found only where special tokens are parsed, and skipped in decoding.
  package var isSpecial: Bool
  /// Whether it must not touch a word.
  package var singleWord = false
  /// Whether white space to its left belongs to it.
  package var leftStrip = false
  /// Whether white space to its right belongs to it.
  package var rightStrip = false
  /// Whether it is looked for in normalised text.
  package var isNormalized = false

  /// A token with the given text.
  package init(id: Int32, content: String, isSpecial: Bool) {
    self.id = id
    self.content = content
    self.isSpecial = isSpecial
  }
}
