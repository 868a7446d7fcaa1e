internal import CMCFieldTables
internal import CMCSentencePieceProto
internal import SwiftProtobuf

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Holds the fields of a model that nothing reads against the table, by their numbers.
enum SentencePieceFieldCheck {
  /// - Throws: `FieldError` for a field that is not in the table.
  static func check(_ model: SentencePieceModel) throws {
    try check(model.unknownFields, SentencePieceFieldNumbers.model, "")
    try check(model.trainerSpec.unknownFields, SentencePieceFieldNumbers.training, "trainer_spec")
    for (spec, place) in [
      (model.normalizerSpec, "normalizer_spec"), (model.denormalizerSpec, "denormalizer_spec"),
    ] {
      try check(spec.unknownFields, SentencePieceFieldNumbers.normalization, place)
    }
    if let piece = model.pieces.first(where: { !$0.unknownFields.data.isEmpty }) {
      try check(piece.unknownFields, [:], "pieces")
    }
  }

  private static func check(_ fields: UnknownStorage, _ names: [Int: String], _ place: String) throws {
    let section = place == "denormalizer_spec" ? "normalizer_spec" : place
    let found = numbers(Array(fields.data)).map {
      (name: names[$0] ?? "field \($0)", value: FieldValue.object)
    }
    try FieldTable.sentencePiece.check(found, in: section, at: place)
  }

  /// The numbers of the fields in the bytes of a message, which the decoder has found well-formed.
  private static func numbers(_ bytes: [UInt8]) -> [Int] {
    var place = 0
    func varint() -> UInt64 {
      var value: UInt64 = 0
      var shift: UInt64 = 0
      while place < bytes.count, shift < 64 {
        let byte = bytes[place]
        place += 1
        value |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { break }
        shift += 7
      }
      return value
    }
    var result: [Int] = []
    while place < bytes.count {
      let tag = varint()
      result.append(Int(truncatingIfNeeded: tag >> 3))
      switch tag & 7 {
      case 0: _ = varint()
      case 1: place += 8
      case 2: place += Int(clamping: min(varint(), UInt64(bytes.count)))
      case 5: place += 4
      // A group: what it holds cannot be told from here.
      default: return result
      }
    }
    return result
  }
}
