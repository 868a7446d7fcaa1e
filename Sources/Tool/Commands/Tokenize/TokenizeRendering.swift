internal import CMCFastJSON
internal import CMCPrimitives
internal import CMCTokenization
internal import CMCVocabulary

/// Shows an encoded text.
enum TokenizeRendering {
  /// One line of visible pieces.
  static func pieces(_ encoding: Encoding, _ tokenizer: Tokenizer) -> String {
    encoding.ids.map { shown($0, tokenizer) }.joined(separator: " ") + "\n"
  }

  /// Numbers separated by blanks.
  static func ids(_ ids: ArraySlice<Int32>) -> String {
    ids.map(String.init).joined(separator: " ")
  }

  /// One line a token, and how many there are.
  static func table(_ encoding: Encoding, _ tokenizer: Tokenizer) -> String {
    rows(encoding, tokenizer) + "\(encoding.ids.count) tokens\n"
  }

  /// One line a token: its id, its visible form, its bytes in the text.
  static func rows(_ encoding: Encoding, _ tokenizer: Tokenizer) -> String {
    // As wide as the vocabulary's last id, so that parts of a text line up.
    let width = "\(tokenizer.description.vocabulary.idLimit - 1)".count
    var text = ""
    for (id, range) in zip(encoding.ids, encoding.offsets) {
      let number = "\(id)"
      text += String(repeating: " ", count: width - number.count) + number + "  " + shown(id, tokenizer)
      text += range.isEmpty ? "\n" : "  \(range.lowerBound)–\(range.upperBound)\n"
    }
    return text
  }

  /// An object on one line.
  static func json(_ encoding: Encoding, _ tokenizer: Tokenizer) -> [UInt8] {
    var json = JSONWriter(.compact)
    json.object { json in
      json.member("version", 1)
      json.member("ids", encoding.ids)
      json.key("pieces")
      json.array { json in for id in encoding.ids { json.value(shown(id, tokenizer)) } }
      json.key("offsets")
      json.array { json in
        for range in encoding.offsets {
          json.array { json in
            json.value(range.lowerBound)
            json.value(range.upperBound)
          }
        }
      }
      if !encoding.dropped.isEmpty {
        json.key("dropped")
        json.array { json in
          for range in encoding.dropped {
            json.array { json in
              json.value(range.lowerBound)
              json.value(range.upperBound)
            }
          }
        }
      }
    }
    json.endLine()
    return json.bytes
  }

  /// Decoded ids as an object on one line.
  static func json(ids: [Int32], text: [UInt8]) -> [UInt8] {
    var json = JSONWriter(.compact)
    json.object { json in
      json.member("version", 1)
      json.member("ids", ids)
      json.member("text", String(decoding: text, as: UTF8.self))
    }
    json.endLine()
    return json.bytes
  }

  private static func shown(_ id: Int32, _ tokenizer: Tokenizer) -> String {
    tokenizer.description.vocabulary.token(id).label
  }
}
