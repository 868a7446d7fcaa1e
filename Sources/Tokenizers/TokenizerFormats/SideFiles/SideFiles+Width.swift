import CMCVocabulary

extension SideFiles {
  /// Takes over the number of logits, and notes one that does not fit the vocabulary.
  func applyWidth(to description: inout TokenizerDescription) {
    // The text model's own member comes after that of the whole.
    guard let chosen = widths.last else { return }
    for other in widths.dropLast() where other.count != chosen.count {
      description.notes.append("\(chosen.source) is \(chosen.count), \(other.source) \(other.count).")
    }
    description.logitsWidth = chosen
    let vocabulary = description.vocabulary
    if chosen.count < vocabulary.idLimit {
      description.notes.append(
        "\(chosen.source) is \(chosen.count), but the highest token id is \(vocabulary.idLimit - 1): "
          + "the tokens from \(chosen.count) on have no logit.")
    }
  }
}
