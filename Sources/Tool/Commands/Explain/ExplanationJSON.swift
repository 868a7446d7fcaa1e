internal import CMCAlignment
internal import CMCFastJSON
internal import CMCVocabulary

/// Explanations as JSON, schema `cmc.explain` version 1.
enum ExplanationJSON {
  static func bytes(_ explanations: [(String, TokenExplanation)]) -> [UInt8] {
    var json = JSONWriter(.readable)
    json.object { json in
      json.member("schema", "cmc.explain")
      json.member("version", 1)
      json.key("explanations")
      json.array { json in
        for (direction, explanation) in explanations { one(direction, explanation, &json) }
      }
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }

  private static func one(_ direction: String, _ explanation: TokenExplanation, _ json: inout JSONWriter) {
    json.object { json in
      json.member("direction", direction)
      json.member("id", explanation.token.id)
      json.member("piece", explanation.token.piece)
      json.member("bytes", explanation.token.bytes ?? [])
      json.member("kind", explanation.token.kind?.name)
      json.key("roles")
      json.array { json in
        for role in explanation.roles {
          json.object { json in
            json.member("role", role.role.name)
            json.member("primary", role.isPrimary)
            json.member("source", role.source)
          }
        }
      }
      json.key("row")
      MapRowJSON.write(explanation.row, &json)
      json.member("rule", explanation.rule)
      json.key("candidates")
      json.array { json in
        for candidate in explanation.candidates {
          json.object { json in
            json.member("id", candidate.token.id)
            json.member("piece", candidate.token.piece)
            json.member("kind", candidate.token.kind?.name)
            json.member("distance", candidate.distance)
            json.member("relation", candidate.relation.rawValue)
            json.member("chosen", candidate.isChosen)
            json.member("verdict", candidate.verdict)
          }
        }
      }
    }
  }
}
