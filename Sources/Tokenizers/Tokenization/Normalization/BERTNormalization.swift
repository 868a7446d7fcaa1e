import CMCUnicode

/// BERT's clean-up, in the order of the HF library: control characters, ideographs, accents, case.
struct BERTNormalization: Sendable {
  let cleansText: Bool
  let spacesIdeographs: Bool
  let stripsAccents: Bool
  let lowercases: Bool

  func apply(to text: TrackedText, tracks: Bool) -> TrackedText {
    var text = text
    if cleansText {
      text = NormalizationStep.mapScalars(text, tracks: tracks) { scalar in
        if CharacterPredicates.isDroppedByBERT(scalar) { return [] }
        return scalar.value != 0x20 && CharacterPredicates.isWhiteSpace(scalar) ? [0x20] : nil
      }
    }
    if spacesIdeographs {
      text = NormalizationStep.mapScalars(text, tracks: tracks) { scalar in
        CharacterPredicates.isIdeograph(scalar) ? [0x20] + Array(String(scalar).utf8) + [0x20] : nil
      }
    }
    if stripsAccents {
      text = NormalizationStep.applyForm(.nfd, to: text, tracks: tracks)
      text = NormalizationStep.mapScalars(text, tracks: tracks) {
        CharacterPredicates.isNonSpacingMark($0) ? [] : nil
      }
    }
    return lowercases ? NormalizationStep.lowercased(text, tracks: tracks) : text
  }
}
