import CMCPrimitives
package import CMCVocabulary

extension TokenizerDescription {
  /// States how text is cut into words, where neither the file nor its family says it.
  ///
  /// - Throws: ``SplitPatternError`` where there is nothing to state.
  package mutating func state(splitPattern: String) throws(SplitPatternError) {
    guard case .rankedBPE(var model) = algorithm, model.pattern == nil else {
      throw SplitPatternError(name: family ?? format.rawValue)
    }
    model.pattern = splitPattern
    algorithm = .rankedBPE(model)
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
