internal import CMCAlignment
internal import CMCFastJSON
internal import CMCHashing
internal import CMCVocabulary
internal import CrossModelControl

/// The result of `cmc align --json`, schema `cmc.align` version 1.
enum SummaryJSON {
  static func bytes(_ summary: AlignmentSummary, _ alignment: PairAlignment, written: [String]) -> [UInt8] {
    var json = JSONWriter(.readable)
    json.object { json in
      json.member("schema", "cmc.align")
      json.member("version", 1)
      json.member("tool", ToolVersion.tool)
      for (label, side) in [("source", alignment.source), ("target", alignment.target)] {
        json.key(label)
        self.side(side, &json)
      }
      figures(summary, &json)
      json.key("worst")
      json.array { json in for row in summary.worst { MapRowJSON.write(row, &json) } }
      json.key("specials")
      json.array { json in
        for special in SpecialPlacement.all(
          in: alignment.map, source: alignment.source, target: alignment.target,
          overrides: alignment.overrides)
        {
          self.special(special, &json)
        }
      }
      json.key("overrides")
      json.array { json in
        for file in alignment.map.overrides {
          json.object { json in
            json.member("name", file.name)
            json.member("sha256", file.digest.hex)
          }
        }
      }
      json.key("written")
      json.array { json in for path in written { json.value(path) } }
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }

  static func side(_ side: TokenizerDescription, _ json: inout JSONWriter) {
    json.object { json in
      json.member("name", side.name)
      json.member("family", side.family)
      json.member("format", side.format.rawValue)
      json.key("files")
      json.array { json in for file in side.files { json.value(file) } }
      json.member("tokens", side.vocabulary.tokenCount)
      json.member("max_id", side.vocabulary.idLimit - 1)
      json.key("logits_width")
      if let width = side.logitsWidth { json.value(width.count) } else { json.null() }
      json.member("fingerprint", side.vocabulary.fingerprint.hex)
      json.key("notes")
      json.array { json in for note in side.notes { json.value(note) } }
    }
  }

  static func figures(_ summary: AlignmentSummary, _ json: inout JSONWriter) {
    let counts = summary.counts
    json.member("tokens", summary.tokens)
    json.key("counts")
    json.object { json in
      json.member("exact", counts.exact)
      json.member("role", counts.role)
      json.member("override", counts.override)
      json.member("prefix_shorter", counts.prefixShorter)
      json.member("prefix_longer", counts.prefixLonger)
      json.member("prefix_unknown", counts.prefixUnknown)
      json.member("edit", counts.edit)
      json.member("retokenized", counts.retokenized)
      json.member("imported", counts.imported)
      json.member("unmatched", counts.unmatched)
      json.key("unmatched_special")
      if summary.knowsSpecial { json.value(counts.unmatchedSpecial) } else { json.null() }
      json.member("unmatched_by_override", counts.unmatchedByOverride)
    }
    for (key, value) in [
      ("coverage", summary.coverage), ("exact_share", summary.exactShare),
      ("mean_distance", summary.meanDistance),
      ("mean_inexact_distance", summary.meanInexactDistance),
    ] {
      json.key(key)
      if let value { json.value(value) } else { json.null() }
    }
    json.key("distances")
    json.object { json in for bin in summary.histogram { json.member("\(bin.distance)", bin.count) } }
    json.key("scripts")
    json.array { json in
      for row in summary.scripts {
        json.object { json in
          json.member("script", row.name)
          json.member("tokens", row.tokens)
          json.member("exact", row.exact)
          json.member("inexact", row.inexact)
          json.member("unmatched", row.unmatched)
        }
      }
    }
  }

  private static func special(_ special: SpecialPlacement, _ json: inout JSONWriter) {
    json.object { json in
      json.member("id", special.token.id)
      json.member("piece", special.token.label)
      json.key("roles")
      json.array { json in
        for role in special.roles {
          json.object { json in
            json.member("role", role.role.name)
            json.member("primary", role.isPrimary)
            json.member("source", role.source)
          }
        }
      }
      json.key("target")
      if let target = special.targets.first { json.value(target.id) } else { json.null() }
      json.member("target_piece", special.targets.first?.piece)
      if special.targets.count > 1 { json.member("targets", special.targets.map(\.id)) }
      json.member("why", special.reason)
    }
  }
}
