internal import CMCPrimitives
package import CMCVocabulary

/// Reads the `tokenizer.bin` of llama2.c: SentencePiece BPE, flattened to scores and texts.
///
/// The file is the length of the longest token (32 bits), then for each token its score (32-bit floating point), its
/// length (32 bits) and its bytes, all little-endian; the number of tokens is in the model's file, so it is taken from
/// the end of this one. Pieces have plain spaces. The program fixes ids 0 (unknown), 1 (bos), 2 (eos) and 3…258 (bytes).
/// Source: the format as llama2.c's `run.c` reads it.
package enum Llama2CReader {
  /// The id of byte 0.
  private static let firstByteID = 3

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - name: A name for people; the file holds none.
  /// - Throws: ``Llama2CError``.
  /// - Complexity: O(bytes).
  package static func read(_ bytes: UnsafeRawBufferPointer, name: String) throws -> TokenizerDescription {
    var reader = ByteReader(bytes)
    var builder = VocabularyBuilder(capacity: bytes.count / 16)
    var scores: [Float] = []
    do {
      _ = try reader.read() as UInt32
    } catch {
      throw Llama2CError.truncated(id: 0, error)
    }
    while reader.remaining > 0 {
      let (score, piece) = try token(id: scores.count, &reader)
      do {
        try add(piece, id: scores.count, to: &builder)
      } catch {
        throw Llama2CError.vocabulary(error)
      }
      scores.append(score)
    }
    guard scores.count >= firstByteID else { throw Llama2CError.tooFewTokens(count: scores.count) }
    for (id, role) in [TokenRole.unk, .bos, .eos].enumerated() {
      builder.assign(role, id: Int32(id), isPrimary: true, source: "llama2.c: id \(id)")
    }
    let vocabulary: Vocabulary
    do {
      vocabulary = try builder.finish()
    } catch {
      throw Llama2CError.vocabulary(error)
    }
    let hasBytes = vocabulary.kinds.contains(.byte)
    var description = TokenizerDescription(
      name: name, format: .llama2c, files: [], vocabulary: vocabulary,
      algorithm: .scoredBPE(ScoredModel(scores: scores, unknown: 0, byteFallback: hasBytes)))
    description.normalizers = [.sentencePieceSpaces(addDummyPrefix: true, removeExtra: false, escape: false)]
    description.decoders = [.byteFallback, .fuse, .strip(content: " ", start: 1, stop: 0)]
    return description
  }

  private static func token(
    id: Int, _ reader: inout ByteReader
  ) throws(Llama2CError) -> (Float, UnsafeBufferPointer<UInt8>) {
    do {
      let score = Float(bitPattern: try reader.read())
      guard score.isFinite else { throw Llama2CError.scoreNotFinite(id: id) }
      let place = reader.offset
      let length: Int32 = try reader.read()
      guard length > 0 else { throw Llama2CError.badLength(id: id, length: length, at: place) }
      return (score, try reader.take(length).bindMemory(to: UInt8.self))
    } catch let error as ByteReaderError {
      throw .truncated(id: id, error)
    } catch let error as Llama2CError {
      throw error
    } catch {
      throw .tooFewTokens(count: id)
    }
  }

  private static func add(
    _ piece: UnsafeBufferPointer<UInt8>, id: Int, to builder: inout VocabularyBuilder
  ) throws(VocabularyError) {
    if id < firstByteID {
      try builder.addSpecial(id: id, piece: Array(bare(piece)))
    } else if let byte = BytePiece.byte(piece), id == firstByteID + Int(byte) {
      try builder.addByte(id: id, piece: Array(piece), byte: byte)
    } else {
      try builder.add(id: id, piece: piece, spelling: .literal)
    }
  }

  /// A special piece without the line breaks that the exporter puts around bos and eos.
  private static func bare(_ piece: UnsafeBufferPointer<UInt8>) -> Slice<UnsafeBufferPointer<UInt8>> {
    let newline = UInt8(ascii: "\n")
    guard piece.count > 2, piece.first == newline, piece.last == newline else { return piece[...] }
    return piece[1..<piece.count - 1]
  }
}
