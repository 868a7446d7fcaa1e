import CMCPrimitives
import CMCTokenizerFormats
public import CMCVocabulary

/// Runs a tokenizer reader over one input of libFuzzer.
///
/// What must hold for every input: the reader gives a description that agrees with itself, or throws an error that is
/// described in one line. Anything else ends the process, which libFuzzer notes as a crash.
public func fuzzReader(
  _ start: UnsafeRawPointer?, _ count: Int,
  _ read: (UnsafeRawBufferPointer, String) throws -> TokenizerDescription
) -> CInt {
  fuzzParser(start, count) { bytes in
    var description = try read(bytes, "fuzz")
    KnownFamilies.apply(to: &description)
    check(description)
  }
}

/// Runs any parser over one input of libFuzzer; see ``fuzzReader(_:_:_:)``.
public func fuzzParser(
  _ start: UnsafeRawPointer?, _ count: Int, _ parse: (UnsafeRawBufferPointer) throws -> Void
) -> CInt {
  do {
    try parse(UnsafeRawBufferPointer(start: start, count: count))
  } catch let error as any DescribedError {
    let message = error.description
    require(!message.isEmpty && !message.contains(where: \.isNewline), "not one line: \(message)")
  } catch {
    require(false, "not described: \(error)")
  }
  return 0
}

/// Stops the process where something does not hold; stays in release builds.
public func require(_ condition: Bool, _ what: @autoclosure () -> String) {
  if !condition { fatalError(what()) }
}

/// Checks that the parts of a description agree.
private func check(_ description: TokenizerDescription) {
  let vocabulary = description.vocabulary
  let limit = vocabulary.idLimit
  require(vocabulary.tokenCount > 0 && vocabulary.tokenCount <= limit, "token count")
  require(vocabulary.pieces.count == limit && vocabulary.canonical.count == limit, "columns")
  for assignment in vocabulary.roleAssignments {
    require(vocabulary.kind(assignment.id) != .hole, "\(assignment) has no token")
  }
  for token in description.addedTokens {
    require(vocabulary.kind(token.id) != .hole, "added token \(token.id) has no token")
  }
  for id in 0..<min(limit, 300) {
    let bytes = vocabulary.canonical[id]
    let kind = vocabulary.kinds[id]
    if kind == .text { require(isValidUTF8(bytes), "text that is not UTF-8") }
    if kind == .byte { require(bytes.count == 1, "a byte token of \(bytes.count) bytes") }
    if kind == .text || kind == .fragment || kind == .byte {
      let shown = TokenDisplay.string(bytes, kind: kind)
      require(
        TokenDisplay.bytes(shown.utf8, kind: kind).map { $0[...] } == bytes, "display of \(Array(bytes))")
    }
  }
  checkAlgorithm(description.algorithm, vocabulary)
}

/// Checks that the tables of an algorithm speak of tokens that are there.
private func checkAlgorithm(_ algorithm: EncodingAlgorithm, _ vocabulary: Vocabulary) {
  switch algorithm {
  case .bpe(let model):
    for merge in model.merges {
      for id in [merge.left, merge.right, merge.result] {
        require(vocabulary.kind(id) != .hole, "a merge speaks of \(id)")
      }
    }
    if let texts = model.textMerges {
      let limit = vocabulary.idLimit + texts.pieces.count
      for merge in texts.merges {
        for id in [merge.left, merge.right, merge.result] {
          require(id >= 0 && Int(id) < limit, "a merge of texts speaks of \(id)")
        }
      }
    }
  case .scoredBPE(let model), .unigram(let model):
    require(model.scores.count == vocabulary.idLimit, "\(model.scores.count) scores")
    for id in model.userDefined + model.unused + model.alsoPieces {
      require(vocabulary.kind(id) != .hole, "\(id) has no token")
    }
    if let unknown = model.unknown { require(vocabulary.kind(unknown) != .hole, "unknown \(unknown)") }
  case .rankedBPE(let model):
    require(Int(model.firstID) + model.rankCount <= vocabulary.idLimit, "ranks beyond the vocabulary")
  default: break
  }
}
