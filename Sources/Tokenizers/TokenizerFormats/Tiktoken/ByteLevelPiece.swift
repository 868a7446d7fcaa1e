internal import CMCVocabulary

/// Spells bytes through GPT-2's table: how HF files would write the tokens of a tiktoken file.
enum ByteLevelPiece {
  /// The UTF-8 of each byte's character: the lead byte and the second one, 0 where there is none.
  private static let encoded: [(UInt8, UInt8)] = ByteLevelAlphabet.scalars.map { scalar in
    scalar.value < 0x80
      ? (UInt8(scalar.value), 0)
      : (
        0xC0 | UInt8(truncatingIfNeeded: scalar.value >> 6),
        0x80 | UInt8(truncatingIfNeeded: scalar.value & 0x3F)
      )
  }

  /// Replaces `piece` by the spelling of `bytes`.
  static func spell(_ bytes: [UInt8], into piece: inout [UInt8]) {
    piece.removeAll(keepingCapacity: true)
    encoded.withUnsafeBufferPointer { encoded in
      for byte in bytes {
        let (lead, second) = encoded[Int(byte)]
        piece.append(lead)
        if second != 0 { piece.append(second) }
      }
    }
  }
}
