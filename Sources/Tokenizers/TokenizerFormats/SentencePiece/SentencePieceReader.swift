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
    var pieces = try SentencePieceTable(model.pieces)
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
    var description = TokenizerDescription(
      name: name, format: .sentencePiece, files: [], vocabulary: vocabulary,
      algorithm: algorithm(model.trainerSpec, pieces: pieces, unknown: unknown))
    description.normalizers = normalizers(model.normalizerSpec)
    setDecoders(of: &description, model.normalizerSpec)
    description.addedTokens = pieces.addedTokens
    description.notes = roles.notes + notes(model)
    return description
  }

  private static func decode(_ bytes: UnsafeRawBufferPointer) throws(SentencePieceError) -> SentencePieceModel
  {
    var options = BinaryDecodingOptions()
    options.discardUnknownFields = true
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

  private static func algorithm(
    _ trainer: SentencePieceTrainerSpec, pieces: SentencePieceTable, unknown: Int32?
  ) -> EncodingAlgorithm {
    switch trainer.modelType {
    case .bpe, .unigram:
      var model = ScoredModel(
        scores: pieces.scores, unknown: unknown, byteFallback: trainer.byteFallback || pieces.hasAllBytes)
      model.userDefined = pieces.userDefined
      model.unused = pieces.unused
      return trainer.modelType == .bpe ? .scoredBPE(model) : .unigram(model)
    case .word: return .wordLevel(unknown: unknown)
    case .char: return .unknown("SentencePiece CHAR")
    }
  }

  private static func normalizers(_ spec: SentencePieceNormalizerSpec) -> [Normalizer] {
    let spaces = Normalizer.sentencePieceSpaces(
      addDummyPrefix: spec.addDummyPrefix, removeExtra: spec.removeExtraWhitespaces,
      escape: spec.escapeWhitespaces)
    guard !spec.precompiledCharsmap.isEmpty else { return [spaces] }
    return [.precompiled(Array(spec.precompiledCharsmap)), spaces]
  }

  /// Sets the way back, in the terms that the HF library uses for the same models.
  private static func setDecoders(
    of description: inout TokenizerDescription, _ spec: SentencePieceNormalizerSpec
  ) {
    description.decoders = [.replace(.literal("\u{2581}"), with: " "), .byteFallback, .fuse]
    if spec.addDummyPrefix || spec.removeExtraWhitespaces {
      description.decoders.append(.strip(content: " ", start: 1, stop: 0))
    }
  }

  private static func notes(_ model: SentencePieceModel) -> [String] {
    var notes: [String] = []
    if model.trainerSpec.treatWhitespaceAsSuffix {
      notes.append("white space belongs to the end of words here (trainer_spec.treat_whitespace_as_suffix)")
    }
    if !model.denormalizerSpec.precompiledCharsmap.isEmpty {
      notes.append("the model's denormaliser (denormalizer_spec) is not applied")
    }
    return notes
  }
}
