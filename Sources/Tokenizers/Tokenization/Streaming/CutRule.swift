import CMCRegularExpressions
import CMCVocabulary

/// Where a text may be cut so that its parts, encoded one after the other, give the tokens of the whole.
enum CutRule: Sendable {
  /// Nowhere that is proven: the whole text is needed.
  case nowhere
  /// At the end of a word that pre-tokenisation finds whatever follows.
  ///
  /// Where text is composed first, only between two ASCII characters, which never join or change places.
  case words(isComposed: Bool)
  /// Before a space after another character where no piece of the vocabulary has them as neighbours.
  case beforeSpace(PieceBoundaries)
  /// Before white space, which every step keeps apart from what precedes it.
  case beforeWhiteSpace
  /// After a token of the greedy trie, where no longer one can begin.
  case greedy(GreedyTrieEncoder)

  /// The rule for a tokenizer's text between added tokens.
  init(_ description: TokenizerDescription, steps: [PreTokenizationStep], model: any WordModel) {
    let normalizers = description.normalizers
    let isComposed = normalizers == [.nfc]
    if let model = model as? GreedyTrieEncoder, steps.isEmpty, normalizers.isEmpty {
      self = .greedy(model)
    } else if let model = model as? CharacterBPE, let boundaries = model.cutBoundaries,
      steps.allSatisfy(\.isMetaspace), normalizers.allSatisfy(Self.onlyMarksSpaces)
    {
      self = .beforeSpace(boundaries)
    } else if Self.dropsWhiteSpace(description.preTokenizers.first),
      normalizers.allSatisfy(Self.keepsWhiteSpace), !steps.contains(where: \.writesBeforeWords)
    {
      self = .beforeWhiteSpace
    } else if normalizers.isEmpty || isComposed, PreTokenizationPlan.findsCertainWords(steps) {
      self = .words(isComposed: isComposed)
    } else {
      self = .nowhere
    }
  }

  /// Whether the words before a cut depend on the text behind it.
  var looksAhead: Bool { if case .words = self { true } else { false } }

  private static func onlyMarksSpaces(_ step: Normalizer) -> Bool {
    switch step {
    case .prepend: true
    case .replace(.literal(let text), let replacement): text == " " && replacement == "\u{2581}"
    case .sentencePieceSpaces(_, let removeExtra, let escapes, let isSuffix):
      !removeExtra && !isSuffix && escapes
    case .precompiled(let map): map.isEmpty
    default: false
    }
  }

  private static func dropsWhiteSpace(_ step: PreTokenizer?) -> Bool {
    switch step {
    case .bert, .whitespaceSplit: true
    default: false
    }
  }

  private static func keepsWhiteSpace(_ step: Normalizer) -> Bool {
    switch step {
    case .bert, .lowercase, .stripAccents, .nfc, .nfd: true
    default: false
    }
  }
}

extension PreTokenizationStep {
  /// Whether the step puts something before words, which it does not where a text goes on.
  var writesBeforeWords: Bool {
    switch self {
    case .metaspace, .prefixSpace: true
    default: false
    }
  }

  /// Whether the step only writes marks for spaces.
  var isMetaspace: Bool { if case .metaspace = self { true } else { false } }
}

extension PreTokenizationPlan {
  /// Whether the first steps find words that are certain before the end of the text is known.
  ///
  /// What comes after the first regular expression sees one word at a time.
  static func findsCertainWords(_ steps: [PreTokenizationStep]) -> Bool {
    if steps.contains(where: { if case .toAlphabet = $0 { true } else { false } }) { return false }
    for step in steps {
      switch step {
      case .characters(_, .isolated), .characters(_, .removed), .characters(_, .contiguous): continue
      case .regex(let regex, .isolated, _), .regex(let regex, .removed, _), .matches(let regex):
        return regex.looksOnlyAhead && !regex.matchesEmpty
      default: return false
      }
    }
    return false
  }

  /// The end of the last word that is certain, whatever follows the text, and accepted; or 0.
  ///
  /// - Precondition: ``findsCertainWords(_:)``.
  func certainLength(
    of text: UnsafeBufferPointer<UInt8>, matchers: [RegexMatcher?], where accepts: (Int) -> Bool
  ) throws -> Int {
    var start = 0
    var best = 0
    for (index, step) in steps.enumerated() {
      switch step {
      case .characters(let isIncluded, let behavior):
        var isMatch: Bool?
        var place = start
        while place < text.count {
          let (value, length) = scalar(at: place, in: text)
          let included = isIncluded(value)
          if let last = isMatch, last != included || (included && behavior != .contiguous) {
            start = place
            if accepts(place) { best = place }
          }
          isMatch = included
          place += length
        }
      case .regex, .matches:
        guard let matcher = matchers[index] else { return best }
        let base = start
        let length = try matcher.certainLength(of: UnsafeBufferPointer(rebasing: text[base...])) {
          accepts(base + $0)
        }
        return length > 0 ? base + length : best
      default: return best
      }
    }
    return best
  }
}
