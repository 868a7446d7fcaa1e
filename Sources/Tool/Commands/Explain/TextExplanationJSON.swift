internal import CMCAlignment
internal import CMCFastJSON
internal import CMCVocabulary

/// A text in two tokenizations as JSON, schema `cmc.explain-text` version 1.
enum TextExplanationJSON {
  static func bytes(_ explanation: TextExplanation, text: String, source: String, target: String) -> [UInt8] {
    var json = JSONWriter(.readable)
    json.object { json in
      json.member("schema", "cmc.explain-text")
      json.member("version", 1)
      json.member("tool", ToolVersion.tool)
      json.member("text", text)
      json.key("source")
      json.object { json in
        json.member("name", source)
        dropped(explanation.sourceDropped, &json)
        json.key("tokens")
        json.array { json in for token in explanation.source { self.source(token, &json) } }
      }
      json.key("target")
      json.object { json in
        json.member("name", target)
        dropped(explanation.targetDropped, &json)
        json.key("tokens")
        json.array { json in for token in explanation.target { self.target(token, &json) } }
      }
    }
    json.endLine()
    return json.bytes
  }

  private static func source(_ token: TextExplanation.SourceToken, _ json: inout JSONWriter) {
    json.object { json in
      json.member("id", token.token.id)
      json.member("piece", token.token.label)
      json.member("kind", token.token.kind?.name)
      json.member("bytes", [token.range.lowerBound, token.range.upperBound])
      json.member("mark", token.mark.rawValue)
      json.member("distance", token.distance)
      json.member("targets", token.targets.map(\.id))
      json.key("target_pieces")
      json.array { json in for target in token.targets { json.value(target.label) } }
      json.member("own", Array(token.own))
    }
  }

  private static func target(_ token: TextExplanation.TargetToken, _ json: inout JSONWriter) {
    json.object { json in
      json.member("id", token.token.id)
      json.member("piece", token.token.label)
      json.member("bytes", [token.range.lowerBound, token.range.upperBound])
    }
  }

  private static func dropped(_ ranges: [Range<Int>], _ json: inout JSONWriter) {
    json.key("dropped")
    json.array { json in
      for range in ranges {
        json.array {
          $0.value(range.lowerBound); $0.value(range.upperBound)
        }
      }
    }
  }
}
