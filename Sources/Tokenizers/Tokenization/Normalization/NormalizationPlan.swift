import CMCPrimitives
import CMCRegularExpressions
import CMCUnicode
import CMCVocabulary

/// The steps of a tokenizer's normalisation, compiled.
struct NormalizationPlan: Sendable {
  private var steps: [NormalizationStep] = []

  /// Whether text is left as it is.
  var isEmpty: Bool { steps.isEmpty }

  /// Compiles the steps of a description.
  ///
  /// - Throws: ``TokenizationError`` for a step or a pattern that is not supported.
  init(_ description: TokenizerDescription) throws(TokenizationError) {
    let isOwnSentencePiece = description.format == .sentencePiece || description.format == .gguf
    // The packages of tiktoken's kind normalise with Python's own tables.
    let isLatest = description.format == .tiktoken
    let frozen = Self.userDefined(description)
    for step in description.normalizers {
      switch step {
      case .nfc: steps.append(.form(.nfc, isLatest: isLatest))
      case .nfd: steps.append(.form(.nfd, isLatest: isLatest))
      case .nfkc: steps.append(.form(.nfkc, isLatest: isLatest))
      case .nfkd: steps.append(.form(.nfkd, isLatest: isLatest))
      case .lowercase: steps.append(.lowercase)
      case .stripAccents: steps.append(.stripAccents)
      case .nmt: steps.append(.nmt)
      case .byteLevel: steps.append(.byteLevel)
      case .replace(.literal(""), _):
        throw .unsupported(part: "normalizer", name: "Replace of nothing", tokenizer: description.name)
      case .replace(.literal(let text), let replacement):
        steps.append(.replace(Array(text.utf8), Array(replacement.utf8)))
      case .replace(.regex(let pattern), let replacement):
        steps.append(
          .replaceMatches(try Self.regex(pattern, name: description.name), Array(replacement.utf8)))
      case .prepend(""):
        throw .unsupported(part: "normalizer", name: "Prepend of nothing", tokenizer: description.name)
      case .prepend(let text): steps.append(.prepend(Array(text.utf8)))
      case .strip(let left, let right): steps.append(.strip(left: left, right: right))
      case .precompiled(let bytes):
        guard !bytes.isEmpty else { continue }
        let map: PrecompiledMap
        do {
          map = try PrecompiledMap(bytes)
        } catch {
          throw .badCharacterMap(error.reason, tokenizer: description.name)
        }
        steps.append(isOwnSentencePiece ? .characterMap(map, frozen: frozen) : .characterMapByGrapheme(map))
      case .bert(let clean, let ideographs, let accents, let lowercase):
        steps.append(
          .bert(
            BERTNormalization(
              cleansText: clean, spacesIdeographs: ideographs, stripsAccents: accents ?? lowercase,
              lowercases: lowercase)))
      case .sentencePieceSpaces(let prefix, let removeExtra, let escape, let isSuffix):
        var spaces = SentencePieceSpaces(
          addsPrefix: prefix && !isSuffix, addsSuffix: prefix && isSuffix, removesExtra: removeExtra,
          escapes: escape)
        if description.format == .gguf, case .unigram = description.algorithm { spaces.isOfLlamaCpp = true }
        steps.append(.spaces(spaces))
      case .unknown(let name):
        throw .unsupported(part: "normalizer", name: name, tokenizer: description.name)
      }
    }
  }

  private static func regex(_ pattern: String, name: String) throws(TokenizationError) -> TextRegex {
    let regex: TextRegex
    do {
      regex = try TextRegex(pattern)
    } catch {
      throw .badPattern(error, tokenizer: name)
    }
    guard !regex.matchesEmpty else {
      throw .badPattern(.unsupported("a match of nothing", offset: 0, pattern: pattern), tokenizer: name)
    }
    return regex
  }

  /// SentencePiece's user-defined pieces, which its character map leaves alone.
  private static func userDefined(_ description: TokenizerDescription) -> ByteTrie? {
    guard description.format == .sentencePiece else { return nil }
    let symbols: [Int32] =
      switch description.algorithm {
      case .scoredBPE(let model), .unigram(let model), .characters(let model), .words(let model):
        model.userDefined
      default: []
      }
    return symbols.isEmpty
      ? nil : ByteTrie(symbols.map { (Array(description.vocabulary.pieces[Int($0)]), $0) })
  }

  /// Normalises a text.
  ///
  /// - Parameter isContinuation: Whether steps that put something before the text are left out.
  func apply(to text: TrackedText, tracks: Bool, isContinuation: Bool) throws -> TrackedText {
    var text = text
    if text.bytes.isEmpty { return text }
    let source = text.bytes
    for step in steps {
      switch step {
      case .prepend where isContinuation: continue
      case .spaces(let spaces) where isContinuation:
        text = spaces.withoutPrefix.apply(to: text, tracks: tracks)
      case .spaces(let spaces)
      where spaces.addsSuffix && spaces.removesExtra && Self.isRest(text.bytes, of: source):
        // What the character map took away stood behind the spaces: only they are of the beginning.
        text = spaces.apply(to: TrackedText([], of: text), tracks: tracks)
      default: text = try step.apply(to: text, tracks: tracks)
      }
      if text.isTooLong { throw TokenizationError.growsTooLong(limit: text.limit) }
    }
    return text
  }

  /// Whether nothing but spaces is left of a text that had other characters too.
  private static func isRest(_ bytes: [UInt8], of source: [UInt8]) -> Bool {
    !bytes.isEmpty && bytes.allSatisfy { $0 == 0x20 } && source.count { $0 & 0xC0 != 0x80 } > bytes.count
  }
}
