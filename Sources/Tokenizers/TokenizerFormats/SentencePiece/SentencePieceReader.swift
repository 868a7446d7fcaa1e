internal import CMCPrimitives
internal import CMCSentencePieceProto
package import CMCVocabulary
internal import SwiftProtobuf

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Reads SentencePiece `.model` files: BPE and Unigram with every type of piece, and the normaliser.
///
/// Source: the protocol buffer definition and the public documentation of SentencePiece.
package enum SentencePieceReader {
  /// Reads a model.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - name: A name for people; the file holds none.
  /// - Throws: ``SentencePieceError``.
  /// - Complexity: O(bytes).
  package static func read(_ bytes: UnsafeRawBufferPointer, name: String) throws -> TokenizerDescription {
    let model = try decode(bytes)
    guard !model.pieces.isEmpty else { throw SentencePieceError.noPieces }
    try SentencePieceFieldCheck.check(model)
    var pieces = try SentencePieceTable(
      model.pieces, byteFallback: model.trainerSpec.byteFallback,
      // A Unigram model adds scores up, and nothing is left to compare where one is no finite number.
      takesInfinite: model.trainerSpec.modelType != .unigram)
    let roles = SentencePieceRoles(model.trainerSpec, pieces: pieces)
    for role in roles.assignments {
      pieces.builder.assign(role.role, id: role.id, isPrimary: role.isPrimary, source: role.source)
    }
    let unknown = pieces.unknown
    let vocabulary: Vocabulary
    do {
      vocabulary = try pieces.builder.finish()
    } catch {
      throw SentencePieceError.vocabulary(error)
    }
    try refuseDuplicates(in: vocabulary, pieces, isBPE: model.trainerSpec.modelType == .bpe)
    var description = TokenizerDescription(
      name: name, format: .sentencePiece, files: [], vocabulary: vocabulary,
      algorithm: algorithm(model.trainerSpec, pieces: pieces, unknown: unknown))
    if !pieces.unused.isEmpty {
      description.missingUnknown =
        "a piece of type UNUSED that it spells can be taken apart in more than one way"
    }
    description.normalizers = normalizers(model)
    setDecoding(of: &description, model)
    description.addedTokens = pieces.addedTokens
    description.notes = roles.notes + notes(model)
    return description
  }

  private static func decode(_ bytes: UnsafeRawBufferPointer) throws(SentencePieceError) -> SentencePieceModel
  {
    var options = BinaryDecodingOptions()
    options.messageDepthLimit = 16
    do {
      return try SentencePieceModel(serializedBytes: Array(bytes), options: options)
    } catch BinaryDecodingError.truncated {
      throw .malformed("it ends inside a field")
    } catch BinaryDecodingError.messageDepthLimit {
      throw .malformed("it is nested too deeply")
    } catch {
      throw .malformed("it is not a protocol buffer of that type")
    }
  }

  /// The library keeps pieces that text becomes apart from reserved ones; only a BPE model asks for all to differ.
  private static func refuseDuplicates(
    in vocabulary: Vocabulary, _ pieces: SentencePieceTable, isBPE: Bool
  ) throws(SentencePieceError) {
    let parts: [(Int) -> Bool] =
      isBPE ? [{ _ in true }] : [{ pieces.isReserved($0) }, { !pieces.isReserved($0) }]
    for part in parts {
      guard let (earlier, later) = ByteStringIndex(vocabulary.pieces, where: part).firstDuplicate else {
        continue
      }
      throw .duplicatePiece(shownPiece(vocabulary.pieces[later]), earlier: earlier, later: later)
    }
  }

  private static func algorithm(
    _ trainer: SentencePieceTrainerSpec, pieces: SentencePieceTable, unknown: Int32?
  ) -> EncodingAlgorithm {
    var model = ScoredModel(scores: pieces.scores, unknown: unknown, byteFallback: trainer.byteFallback)
    model.userDefined = pieces.userDefined
    model.unused = pieces.unused
    return switch trainer.modelType {
    case .bpe: .scoredBPE(model)
    case .unigram: .unigram(model)
    case .word: .words(model)
    case .char: .characters(model)
    }
  }

  private static func normalizers(_ model: SentencePieceModel) -> [Normalizer] {
    let spec = model.normalizerSpec
    let isSuffix = model.trainerSpec.treatWhitespaceAsSuffix
    let spaces = Normalizer.sentencePieceSpaces(
      addDummyPrefix: spec.addDummyPrefix, removeExtra: spec.removeExtraWhitespaces,
      escape: spec.escapeWhitespaces, isSuffix: isSuffix)
    guard !spec.precompiledCharsmap.isEmpty else { return [spaces] }
    return [.precompiled(Array(spec.precompiledCharsmap)), spaces]
  }

  /// Sets what SentencePiece's way back looks at, and the same in the terms of the HF library.
  private static func setDecoding(of description: inout TokenizerDescription, _ model: SentencePieceModel) {
    let spec = model.normalizerSpec
    description.decoders = [.replace(.literal("\u{2581}"), with: " "), .byteFallback, .fuse]
    if spec.addDummyPrefix || spec.removeExtraWhitespaces {
      description.decoders.append(.strip(content: " ", start: 1, stop: 0))
      description.sentencePiece.dropsFirstSpaces = true
      description.sentencePiece.dropsAllSpaces = spec.removeExtraWhitespaces
    }
    if model.trainerSpec.hasUnkSurface {
      description.sentencePiece.unknownSurface = String(decoding: model.trainerSpec.unkSurface, as: UTF8.self)
    }
    description.sentencePiece.hasDenormalizer = !model.denormalizerSpec.precompiledCharsmap.isEmpty
  }

  private static func notes(_ model: SentencePieceModel) -> [String] {
    var notes: [String] = []
    if !model.denormalizerSpec.precompiledCharsmap.isEmpty {
      notes.append("ids cannot be decoded: the model's denormaliser (denormalizer_spec) is not carried out")
    }
    return notes
  }
}
