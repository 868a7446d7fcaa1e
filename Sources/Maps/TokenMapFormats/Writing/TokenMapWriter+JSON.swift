import CMCAlignment
import CMCFastJSON
import CMCHashing
import CMCPrimitives
import CMCVocabulary

extension TokenMapWriter {
  /// The version of the own format that is written, and the only one there is.
  static let version = 1

  static func json(_ map: TokenMap, _ path: String, _ options: TokenMapWriteOptions) -> TokenMapOutput {
    let pieces = [map.source.pieces, map.target.pieces].compactMap { $0 }
    let room = pieces.reduce(map.count * 24) { $0 + $1.bytes.count + $1.count * 5 }
    var json = JSONWriter(.readable, capacity: room)
    json.object { json in
      json.member("version", version)
      json.member("tool", options.tool)
      json.key("source")
      write(map.source, pieces: options.includesPieces, to: &json)
      json.key("target")
      write(map.target, pieces: options.includesPieces, to: &json)
      json.member("ids", map.ids)
      json.key("method")
      let names = MapMethod.allCases.map { Array($0.name.utf8) }
      json.array { json in
        for method in map.methods {
          names[Int(method.rawValue)].withUnsafeBufferPointer { json.value(utf8: $0) }
        }
      }
      json.member("distance", map.distances)
      json.key("sequences")
      write(map.sequences, to: &json)
      json.key("overrides")
      json.array { json in
        for file in map.overrides {
          json.object { json in
            json.member("name", file.name)
            json.member("sha256", file.digest.hex)
          }
        }
      }
    }
    json.endLine()
    return TokenMapOutput(
      files: [(path, json.bytes)],
      dropped: !pieces.isEmpty && !options.includesPieces ? [.pieces] : [])
  }

  private static func write(_ side: MapSide, pieces: Bool, to json: inout JSONWriter) {
    json.object { json in
      json.member("name", side.name)
      if let tokens = side.tokens { json.member("tokens", tokens) }
      if let maxID = side.maxID { json.member("max_id", maxID) }
      if let width = side.logitsWidth { json.member("logits_width", width) }
      if let fingerprint = side.fingerprint { json.member("fingerprint", fingerprint.hex) }
      if let kinds = side.kinds {
        json.key("kinds")
        json.value(utf8: kinds.map { $0.letter.asciiValue ?? UInt8(ascii: "-") })
      }
      if pieces, let table = side.pieces {
        json.key("pieces")
        write(table, kinds: side.kinds, to: &json)
      }
    }
  }

  private static func write(_ table: ByteTable, kinds: [TokenKind]?, to json: inout JSONWriter) {
    let isText = table.isTextInEveryRow
    json.array { json in
      table.withUnsafeRows { rows in
        for id in 0..<rows.count {
          if let kinds, id < kinds.count, kinds[id] == .hole {
            json.null()
          } else if isText {
            json.value(utf8: rows[id])
          } else {
            json.value(String(decoding: rows[id], as: UTF8.self))
          }
        }
      }
    }
  }

  private static func write(_ sequences: [Int32: TargetSequence], to json: inout JSONWriter) {
    json.object { json in
      for (id, sequence) in sequences.sorted(by: { $0.key < $1.key }) {
        json.key("\(id)")
        json.object { json in
          json.member("ids", sequence.ids)
          json.key("weights")
          json.array { json in
            for weight in sequence.weights { json.value(shortest(weight)) }
          }
          json.member("combine", sequence.combination.rawValue)
        }
      }
    }
  }

  /// The number of few digits that reads back as the same single-precision number.
  private static func shortest(_ weight: Float) -> Double {
    guard let short = Double("\(weight)"), Float(short) == weight else { return Double(weight) }
    return short
  }
}

extension ByteTable {
  /// Whether each row is valid UTF-8.
  var isTextInEveryRow: Bool {
    guard isValidUTF8(bytes) else { return false }
    return bytes.withUnsafeBufferPointer { bytes in
      // Valid as a whole, so a row is valid unless a character goes on beyond its end.
      offsets.allSatisfy { $0 >= bytes.count || bytes[Int($0)] & 0xC0 != 0x80 }
    }
  }
}
