internal import CMCAlignment
internal import CMCFastJSON
internal import CMCHashing

/// An atlas as JSON, schema `cmc.atlas` version 1, and back.
enum AtlasJSON {
  static let schema = "cmc.atlas"

  static func bytes(_ atlas: VocabularyAtlas) -> [UInt8] {
    var json = JSONWriter(.readable)
    json.object { json in
      head(atlas, &json)
      json.key("vocabularies")
      json.array { json in
        for entry in atlas.entries {
          json.object { json in
            json.member("name", entry.name)
            json.member("family", entry.family)
            json.member("format", entry.format)
            json.member("tokens", entry.tokens)
            json.member("fingerprint", entry.fingerprint)
          }
        }
      }
      // One table a figure, a row a source and a column a target.
      for (key, figure) in figures {
        json.key(key)
        json.array { json in
          for row in atlas.cells {
            json.array { json in for cell in row { json.value(cell[keyPath: figure]) } }
          }
        }
      }
      json.member("order", atlas.order)
      json.key("merges")
      json.array { json in
        for merge in atlas.merges {
          json.object { json in
            json.member("first", merge.first)
            json.member("second", merge.second)
            json.member("height", merge.height)
          }
        }
      }
    }
    json.endLine()
    return json.bytes
  }

  /// What the data of an atlas begin with, in an object of its own.
  static func beginning(_ atlas: VocabularyAtlas) -> [UInt8] {
    var json = JSONWriter(.readable)
    json.object { head(atlas, &$0) }
    return json.bytes
  }

  /// The digest by which an atlas says of what it is: of the vocabularies, what they are called, and their order.
  static func run(of atlas: VocabularyAtlas) -> String {
    var json = JSONWriter(.compact)
    json.array { json in
      for entry in atlas.entries {
        json.value(entry.name)
        json.value(entry.fingerprint)
      }
    }
    return String(SHA256Digest(hashing: json.bytes).hex.prefix(16))
  }

  private static func head(_ atlas: VocabularyAtlas, _ json: inout JSONWriter) {
    json.member("schema", schema)
    json.member("version", 1)
    json.member("tool", ToolVersion.tool)
    json.member("run", run(of: atlas))
  }

  /// The atlas of a JSON value; how it groups is worked out anew.
  ///
  /// - Throws: `JSONError` with the place.
  static func read(_ root: JSONValue) throws(JSONError) -> VocabularyAtlas {
    let entries = try root.require("vocabularies").elements.map { value throws(JSONError) in
      VocabularyAtlas.Entry(
        name: try value.require("name").expect("a string", \.string), family: value["family"]?.string,
        format: try value.require("format").expect("a string", \.string),
        tokens: try value.require("tokens").expect("an integer", \.int),
        fingerprint: try value.require("fingerprint").expect("a string", \.string))
    }
    let count = entries.count
    var cells = [[VocabularyAtlas.Cell]](
      repeating: [VocabularyAtlas.Cell](repeating: VocabularyAtlas.Cell(), count: count), count: count)
    for (key, figure) in figures {
      let table = try root.require(key)
      let rows = try table.expect("\(count) rows") { $0.elements.count == count ? $0.elements : nil }
      for (row, value) in rows.enumerated() {
        let values = try value.expect("\(count) columns") { $0.elements.count == count ? $0.elements : nil }
        for (column, number) in values.enumerated() {
          cells[row][column][keyPath: figure] = try number.expect("a number of tokens") { value in
            value.int.flatMap { (0...1 << 40).contains($0) ? $0 : nil }
          }
        }
      }
    }
    return VocabularyAtlas(entries: entries, cells: cells)
  }

  private static var figures: [(String, WritableKeyPath<VocabularyAtlas.Cell, Int>)] {
    [
      ("exact", \.exact), ("prefix", \.prefix), ("unmatched", \.unmatched), ("distance", \.distance),
      ("specials_placed", \.specialsPlaced), ("specials_left", \.specialsLeft),
    ]
  }
}
