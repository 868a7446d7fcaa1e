package import CMCFastJSON
import CMCPrimitives
package import CMCVocabulary

/// Reads `vocab.json` with `merges.txt`: byte-level byte-pair encoding as GPT-2 published it.
///
/// Models whose pieces use U+2581 and `<0xNN>` in these two files are SentencePiece in disguise, and read as such.
package enum VocabAndMergesReader {
  /// Reads a parsed vocabulary and the text of the merges.
  ///
  /// - Parameters:
  ///   - document: The vocabulary.
  ///   - merges: The bytes of the merges.
  ///   - mergesPath: Their file, for messages.
  ///   - name: A name for people.
  ///   - isOfClass: Whether one of transformers' classes reads the files: it takes every piece for one of GPT-2's
  ///     characters, and has special tokens of its own.
  /// - Throws: `HFTokenizerError` for the vocabulary, `JSONError`, `VocabularyError`; `FileError` with `mergesPath` for
  ///   the merges.
  package static func read(
    _ document: JSONDocument, merges: [UInt8], mergesPath: String, name: String, isOfClass: Bool = false
  ) throws -> TokenizerDescription {
    let pieces = try PieceList(object: document.root)
    let index = pieces.index()
    if let (earlier, later) = index.firstDuplicate {
      throw HFTokenizerError.duplicatePiece(
        piece: quoted(pieces.pieces[later]), id: Int(pieces.ids[earlier]), otherID: Int(pieces.ids[later]))
    }
    let hasByteTokens = !isOfClass && index.row(of: Array("<0x0A>".utf8)) != nil
    let isSentencePiece = !isOfClass && (hasByteTokens || !pieces.isByteLevel)
    var builder = VocabularyBuilder(capacity: pieces.count)
    try pieces.pieces.withUnsafeRows { rows in
      for row in 0..<rows.count {
        let piece = rows[row]
        let id = Int(pieces.ids[row])
        if hasByteTokens, let byte = BytePiece.byte(piece) {
          try builder.addByte(id: id, piece: Array(piece), byte: byte)
        } else if !isOfClass, isKnownSpecial(piece) {
          try builder.addSpecial(id: id, piece: Array(piece))
        } else {
          try builder.add(id: id, piece: piece, spelling: isSentencePiece ? .sentencePiece : .byteLevel)
        }
      }
    }
    let vocabulary = try builder.finish()
    var model = BPEModel(
      merges: try withFile(mergesPath) {
        try resolve(merges, pieces: pieces, index: index, isOfClass: isOfClass)
      })
    model.byteFallback = hasByteTokens
    var description = TokenizerDescription(
      name: name, format: .vocabAndMerges, files: [], vocabulary: vocabulary, algorithm: .bpe(model))
    if isSentencePiece {
      description.normalizers = [.replace(.literal(" "), with: "\u{2581}")]
      description.decoders = [.replace(.literal("\u{2581}"), with: " "), .byteFallback, .fuse]
    } else {
      description.preTokenizers = [.byteLevel(addPrefixSpace: false, useRegex: true)]
      description.postProcessors = [.byteLevel]
      description.decoders = [.byteLevel]
    }
    description.addedTokens = vocabulary.kinds.indices.filter { vocabulary.kinds[$0] == .special }.map {
      AddedToken(
        id: Int32($0), content: String(decoding: vocabulary.pieces[$0], as: UTF8.self), isSpecial: true)
    }
    return description
  }

  /// The merges of a text, one a line; a first line that begins with `#version` is a comment.
  ///
  /// The library that transformers' classes read merges with takes every such line for a comment, and fails at an empty one.
  private static func resolve(
    _ text: [UInt8], pieces: PieceList, index: ByteStringIndex, isOfClass: Bool
  ) throws -> [BPEMerge] {
    try text.withUnsafeBufferPointer { text in
      try index.withUnsafeLookup { lookup in
        var resolver = MergeResolver(
          ids: pieces.ids, lookup: lookup, prefixLength: 0, capacity: text.count / 8)
        var line = 0
        var start = 0
        while start < text.count {
          var end = start
          while end < text.count, text[end] != 0x0A { end += 1 }
          line += 1
          var content = text[start..<end]
          if content.last == 0x0D { content = content.dropLast() }
          start = end + 1
          if content.isEmpty, !isOfClass { continue }
          if line == 1 || isOfClass, content.starts(with: "#version".utf8) { continue }
          try add(UnsafeBufferPointer(rebasing: content), line: line, to: &resolver)
        }
        return resolver.merges
      }
    }
  }

  /// Resolves one line; the error names the line, which is where people look.
  private static func add(
    _ content: UnsafeBufferPointer<UInt8>, line: Int, to resolver: inout MergeResolver
  ) throws {
    do {
      try resolver.add(line: content, index: line)
    } catch HFTokenizerError.unknownMergePiece(_, let text, let piece) {
      throw VocabAndMergesError.unknownMergePiece(line: line, text: text, piece: piece)
    } catch is HFTokenizerError {
      throw VocabAndMergesError.malformedMerge(line: line, text: quoted(content))
    }
  }

  /// The marks that GPT-2 and RoBERTa have in their `vocab.json`; others become special by the files beside it.
  private static func isKnownSpecial(_ piece: UnsafeBufferPointer<UInt8>) -> Bool {
    let known = ["<|endoftext|>", "<s>", "</s>", "<pad>", "<unk>", "<mask>"]
    return piece.count > 2 && piece[0] == UInt8(ascii: "<") && known.contains { piece.elementsEqual($0.utf8) }
  }
}

extension PieceList {
  /// Whether GPT-2's characters spell the bytes: no piece but a marker has a character outside their table.
  fileprivate var isByteLevel: Bool {
    var scratch: [UInt8] = []
    return pieces.withUnsafeRows { rows in
      for row in 0..<rows.count {
        scratch.removeAll(keepingCapacity: true)
        if !ByteLevelAlphabet.appendBytes(of: rows[row], to: &scratch), containsBlock(rows[row]) {
          return false
        }
      }
      return true
    }
  }

  private func containsBlock(_ piece: UnsafeBufferPointer<UInt8>) -> Bool {
    !looksLikeMarker(piece)
      && piece.indices.dropLast(2).contains {
        piece[$0] == 0xE2 && piece[$0 + 1] == 0x96 && piece[$0 + 2] == 0x81
      }
  }
}
