internal import CMCAlignment
internal import CMCFastJSON
internal import CMCVocabulary

/// Tokens of a vocabulary, one a line.
enum TokenListing {
  /// A row a token; `tsv` shortens nothing.
  static func table(_ rows: [TokenRow], tsv: Bool) -> TextTable {
    var table = TextTable([
      ("id", .right), ("piece", .left), ("kind", .left), ("script", .left), ("bytes", .right),
      ("roles", .left),
    ])
    for row in rows {
      table.add([
        "\(row.token.id)", tsv ? row.token.label : shortened(row.token.label, to: 60),
        row.token.kind?.name ?? "", row.tokenClass.name, "\(row.token.bytes?.count ?? 0)",
        row.roles.map(\.name).joined(separator: ", "),
      ])
    }
    return table
  }

  /// Schema `cmc.tokens` version 1.
  static func json(_ rows: [TokenRow]) -> [UInt8] {
    var json = JSONWriter(.readable)
    json.object { json in
      json.member("schema", "cmc.tokens")
      json.member("version", 1)
      json.key("tokens")
      json.array { json in
        for row in rows {
          json.object { json in
            json.member("id", row.token.id)
            json.member("piece", row.token.piece)
            json.member("kind", row.token.kind?.name)
            json.member("script", row.tokenClass.name)
            json.member("bytes", row.token.bytes?.count ?? 0)
            json.key("roles")
            json.array { json in for role in row.roles { json.value(role.name) } }
          }
        }
      }
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }
}

/// Rows of a map, one a line.
enum MapListing {
  /// A row an entry; `tsv` shortens nothing.
  static func table(_ rows: [MapRow], tsv: Bool) -> TextTable {
    var table = TextTable([
      ("id", .right), ("piece", .left), ("kind", .left), ("script", .left), ("method", .left),
      ("distance", .right),
      ("target", .right), ("target piece", .left),
    ])
    for row in rows {
      let piece = row.token.label
      let target = row.targets.map(\.label).joined(separator: " + ")
      table.add([
        "\(row.token.id)", tsv ? piece : shortened(piece, to: 40), row.token.kind?.name ?? "",
        row.tokenClass?.name ?? "",
        row.decision.name, row.distance >= 0 ? "\(row.distance)" : "",
        row.targets.map { "\($0.id)" }.joined(separator: " + "), tsv ? target : shortened(target, to: 40),
      ])
    }
    return table
  }

  /// Schema `cmc.map-rows` version 1.
  static func json(_ rows: [MapRow]) -> [UInt8] {
    var json = JSONWriter(.readable)
    json.object { json in
      json.member("schema", "cmc.map-rows")
      json.member("version", 1)
      json.key("rows")
      json.array { json in for row in rows { MapRowJSON.write(row, &json) } }
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }
}
