internal import CMCAlignment
internal import CMCFastJSON
internal import CrossModelControl

/// The result of `cmc coverage --json`, schema `cmc.coverage` version 1.
enum CoverageJSON {
  static let schema = "cmc.coverage"

  static func bytes(_ report: CoverageReport) throws -> [UInt8] {
    var json = JSONWriter(.readable)
    let run = try report.settings.run()
    json.object { json in
      head(run, &json)
      json.member("map", report.map)
      for (label, side) in [("source", report.source), ("target", report.target)] {
        json.key(label)
        json.object { json in
          json.member("name", side.name)
          json.member("fingerprint", side.fingerprint)
        }
      }
      settings(report.settings, &json)
      json.key("total")
      json.object { json in figures(report.coverage.total, &json) }
      json.key("domains")
      json.array { json in
        for domain in report.coverage.domains {
          json.object { json in
            json.member("name", domain.name)
            figures(domain.figures, &json)
          }
        }
      }
    }
    json.endLine()
    return json.bytes
  }

  /// What a result that is not there yet will begin with, in an object of its own.
  static func beginning(_ settings: CoverageSettings) throws -> [UInt8] {
    var json = JSONWriter(.readable)
    let run = try settings.run()
    json.object { head(run, &$0) }
    return json.bytes
  }

  /// What it is, and of what, by a digest: a result gives way to one of the same.
  private static func head(_ run: String, _ json: inout JSONWriter) {
    json.member("schema", schema)
    json.member("version", 1)
    json.member("tool", ToolVersion.tool)
    json.member("run", run)
  }

  private static func settings(_ settings: CoverageSettings, _ json: inout JSONWriter) {
    json.member("unit", settings.unit)
    if let field = settings.field { json.member("field", field) }
    json.member("parse_special", settings.parsesSpecial)
    json.member("invalid", settings.invalid)
    json.member("top", settings.top)
    json.key("corpus")
    json.array { json in
      for file in settings.corpus {
        json.object { json in
          json.member("name", file.name)
          json.member("size", file.size)
        }
      }
    }
  }

  private static func figures(_ figures: CoverageFigures, _ json: inout JSONWriter) {
    let all = figures.tokens
    json.member("texts", figures.text.texts)
    json.member("bytes", figures.text.bytes)
    json.member("invalid_texts", figures.text.invalidTexts)
    json.member("replacements", figures.text.replacements)
    if let records = figures.text.recordsLeftOut { json.member("records_left_out", records) }
    json.key("tokens")
    tally(all, of: nil, &json)
    json.key("matched")
    tally(figures.matched, of: all, &json)
    json.key("methods")
    json.object { json in
      for method in MapMethod.allCases {
        json.key(method.name)
        tally(figures.tally(of: method), of: all, &json)
      }
    }
    for (key, side) in [("source_encoding", figures.source), ("target_encoding", figures.target)] {
      json.key(key)
      json.object { json in encoding(side, figures.text, &json) }
    }
    json.key("same_through_map")
    json.object { json in
      tallyMembers(figures.same, of: all, &json)
      json.member("texts", figures.sameTexts)
    }
    json.key("scripts")
    json.array { json in
      for row in figures.scripts {
        json.object { json in
          json.member("script", row.name)
          for (key, part, whole) in [
            ("all", row.all, all), ("exact", row.exact, row.all), ("inexact", row.inexact, row.all),
            ("unmatched", row.unmatched, row.all),
          ] {
            json.key(key)
            tally(part, of: whole, &json)
          }
        }
      }
    }
    json.key("costs")
    json.array { json in
      for cost in figures.costs {
        json.object { json in
          json.member("id", cost.token.id)
          json.member("piece", cost.token.piece)
          json.member("targets", cost.targets.map(\.id))
          json.key("target_pieces")
          json.array { json in for target in cost.targets { json.value(target.piece) } }
          json.member("method", cost.method.name)
          tallyMembers(cost.tally, of: all, &json)
        }
      }
    }
    json.key("unmatched")
    json.array { json in
      for token in figures.unmatched {
        json.object { json in
          json.member("id", token.token.id)
          json.member("piece", token.token.piece)
          json.member("script", token.script)
          tallyMembers(token.tally, of: all, &json)
          json.key("example")
          guard let example = token.example else { return json.null() }
          json.object { json in
            json.member("before", example.before)
            json.member("text", example.text)
            json.member("after", example.after)
          }
        }
      }
    }
  }

  private static func encoding(
    _ side: TokenizerFigures, _ text: CorpusTextFigures, _ json: inout JSONWriter
  ) {
    json.member("tokens", side.tokens)
    share("tokens_per_byte", side.tokensPerByte(of: text), &json)
    share("bytes_per_token", side.bytesPerToken(of: text), &json)
    json.member("changed_texts", side.changedTexts)
    json.member("lost_bytes", side.lostBytes)
    json.member("added_bytes", side.addedBytes)
  }

  private static func tally(_ tally: TokenTally, of whole: TokenTally?, _ json: inout JSONWriter) {
    json.object { json in tallyMembers(tally, of: whole, &json) }
  }

  private static func tallyMembers(_ tally: TokenTally, of whole: TokenTally?, _ json: inout JSONWriter) {
    json.member("tokens", tally.tokens)
    json.member("bytes", tally.bytes)
    json.member("distinct", tally.distinct)
    guard let whole else { return }
    share("token_share", tally.tokenShare(of: whole), &json)
    share("byte_share", tally.byteShare(of: whole), &json)
  }

  private static func share(_ key: String, _ value: Double?, _ json: inout JSONWriter) {
    json.key(key)
    if let value { json.value(value) } else { json.null() }
  }
}
