internal import CMCFastJSON
internal import CMCFieldTables

/// The tables of fields as text, JSON and an article.
enum FormatsRendering {
  /// One line a format.
  static func list() -> String {
    let width = FormatTables.all.map(\.format.count).max() ?? 0
    return FormatTables.all.map { table in
      let rows = table.sections.reduce(0) { $0 + $1.rows.count }
      return table.format.padded(to: width) + "  \(rows) fields  \(table.definedBy)\n"
    }.joined()
  }

  /// How many fields of a table are treated how.
  static func line(_ table: FieldTable) -> String {
    let rows = table.sections.flatMap(\.rows)
    func count(_ matches: (FieldRow) -> Bool) -> Int { rows.count(where: matches) }
    let carriedOut = count { if case .carriedOut = $0.treatment { true } else { false } }
    let harmless = count { if case .harmless = $0.treatment { true } else { false } }
    return "\(table.format): \(rows.count) fields, \(carriedOut) carried out, \(harmless) harmless, "
      + "\(rows.count - carriedOut - harmless) refused"
  }

  /// One table.
  static func text(_ table: FieldTable) -> String {
    var text = "\(table.format): \(table.definedBy)\n"
    text +=
      table.unlisted == .refused ? "Any other field is refused.\n" : "Any other field is named in a note.\n"
    for section in table.sections {
      text += section.name.isEmpty ? "\n" : "\n\(section.name)\n"
      let width = section.rows.map(\.name.count).max() ?? 0
      for row in section.rows {
        text += "  " + row.name.padded(to: width) + "  \(treatment(row)): \(row.meaning)\n"
      }
    }
    return text
  }

  /// The tables as one object.
  static func json(_ tables: [FieldTable]) -> String {
    var json = JSONWriter(.readable)
    json.object { json in
      json.member("version", 1)
      json.key("formats")
      json.array { json in for table in tables { write(table, to: &json) } }
    }
    json.endLine()
    return String(decoding: json.bytes, as: UTF8.self)
  }

  private static func write(_ table: FieldTable, to json: inout JSONWriter) {
    json.object { json in
      json.member("format", table.format)
      json.member("defined_by", table.definedBy)
      json.member("unlisted", table.unlisted.rawValue)
      json.key("sections")
      json.array { json in
        for section in table.sections {
          json.object { json in
            json.member("name", section.name)
            json.key("fields")
            json.array { json in for row in section.rows { write(row, to: &json) } }
          }
        }
      }
    }
  }

  private static func write(_ row: FieldRow, to json: inout JSONWriter) {
    json.object { json in
      json.member("name", row.name)
      switch row.treatment {
      case .carriedOut: json.member("treatment", "carried out")
      case .harmless: json.member("treatment", "harmless")
      case .refusedUnless(let values):
        json.member("treatment", "refused")
        json.key("unless")
        json.array { json in for value in values { json.value(value.shown) } }
      }
      json.member("meaning", row.meaning)
    }
  }

  /// The article of the documentation.
  static func article() -> String {
    var text = """
      # Fields of every format

      What is done with each field of the files that are read.

      ## Overview

      A field is *carried out* as the format's own library does it, is *harmless*, since no result depends on it, or is
      *refused* unless it has a value that asks for nothing. A field without a row is refused where it could change a
      result, and named in a note in formats that carry many that cannot. `cmc formats NAME` prints the same tables; this
      page is made from them.

      """
    for table in FormatTables.all {
      text += "\n## \(table.format)\n\n\(table.definedBy). Any other field is "
      text += table.unlisted == .refused ? "refused.\n" : "named in a note.\n"
      for section in table.sections {
        text += section.name.isEmpty ? "\n" : "\n### \(section.name)\n\n"
        text += "| field | done with it | |\n| --- | --- | --- |\n"
        for row in section.rows {
          text += "| `\(row.name)` | \(treatment(row)) | \(escaped(row.meaning)) |\n"
        }
      }
    }
    return text
  }

  private static func treatment(_ row: FieldRow) -> String {
    switch row.treatment {
    case .carriedOut: "carried out"
    case .harmless: "harmless"
    case .refusedUnless([]): "refused"
    case .refusedUnless(let values): "refused unless " + values.map(\.shown).joined(separator: " or ")
    }
  }

  private static func escaped(_ text: String) -> String {
    text.split(separator: "|").joined(separator: "\\|")
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
