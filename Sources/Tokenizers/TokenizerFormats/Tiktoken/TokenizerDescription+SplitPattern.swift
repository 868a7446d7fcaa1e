import CMCPrimitives
package import CMCVocabulary

extension TokenizerDescription {
  /// What is said where nothing tells how text is cut into words.
  static let noPatternNote =
    "there is no pattern to cut text into words, so no text can be encoded (`cmc tokenize` takes one: --split-pattern)"

  /// States how text is cut into words, where neither the file nor its family says it.
  ///
  /// - Throws: ``SplitPatternError`` where there is nothing to state.
  package mutating func state(splitPattern: String) throws(SplitPatternError) {
    guard case .rankedBPE(var model) = algorithm, model.pattern == nil else {
      throw SplitPatternError(name: family ?? format.rawValue)
    }
    model.pattern = splitPattern
    algorithm = .rankedBPE(model)
    notes.removeAll { $0 == Self.noPatternNote }
  }
}

/// A pattern is stated for a tokenizer that has its own.
package struct SplitPatternError: DescribedError, Equatable {
  /// The family or the format.
  let name: String

  package var description: String {
    "--split-pattern is for tiktoken files of no known family; this one is \(oneLine(name)), which says how text is cut"
  }
}
