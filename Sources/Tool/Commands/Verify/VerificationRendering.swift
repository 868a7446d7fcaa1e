internal import CMCControlledDecoding
internal import CMCFastJSON
internal import CMCPrimitives
internal import CMCTokenization
internal import CMCVocabulary
internal import CrossModelControl

/// A verification as a table and as JSON.
struct VerificationRendering {
  let report: VerificationReport
  let model: SteeredModel
  let thresholds: VerificationThresholds

  /// A line a check, the tokens that lose most, and the verdict.
  func text() -> String {
    var table = TextTable([("", .left), ("check", .left), ("found", .left)])
    for check in report.checks { table.add([Self.mark(check.outcome), check.name, oneLine(check.detail)]) }
    var text = "\(model.user.name) steered by \(model.deltas[0].name)\n\n" + table.text() + "\n"
    if !report.mismatches.isEmpty {
      text += "Tokens of the delta model whose probability is lost most:\n"
      var table = TextTable([("share", .right), ("token", .left), ("read by", .left)])
      for mismatch in report.mismatches {
        table.add([
          percent(mismatch.lostShare), deltaPiece(mismatch.id),
          mismatch.reader < 0 ? "nothing" : userPiece(mismatch.reader),
        ])
      }
      text += table.text() + "\n"
    }
    return text + verdict
      + " Lost probability warns above \(percent(thresholds.massWarning)), fails above \(percent(thresholds.massFailure)).\n"
  }

  /// The outcome in a sentence.
  var verdict: String {
    switch report.outcome {
    case .passed: "All checks hold."
    case .warning: "All checks hold; \(count(.warning)) with a warning."
    case .failed: "\(count(.failed)) of \(report.checks.count) checks do not hold."
    }
  }

  private func count(_ outcome: VerificationReport.Outcome) -> Int {
    report.checks.count { $0.outcome == outcome }
  }

  private static func mark(_ outcome: VerificationReport.Outcome) -> String {
    switch outcome {
    case .passed: "ok"
    case .warning: "warns"
    case .failed: "FAILS"
    }
  }

  private func deltaPiece(_ id: Int32) -> String {
    model.deltas[0].tokenizer.description.vocabulary.shown(id)
  }

  private func userPiece(_ id: Int32) -> String {
    model.tokenizer.description.vocabulary.shown(id)
  }

  /// Schema `cmc.verification` version 1.
  func json() -> [UInt8] {
    var json = JSONWriter(.readable)
    json.object { json in
      json.member("schema", "cmc.verification")
      json.member("version", 1)
      json.member("tool", ToolVersion.tool)
      json.member("user", model.user.name)
      json.member("delta", model.deltas[0].name)
      json.member("outcome", report.outcome.rawValue)
      json.member("steps", report.steps)
      json.member("lost_mass", report.lostMass)
      json.member("unmatched_mass", report.unmatchedMass)
      json.member("mass_warning", thresholds.massWarning)
      json.member("mass_failure", thresholds.massFailure)
      json.key("tokens")
      json.object { json in
        for kind in MatchKind.allCases { json.member(kind.rawValue, report.kinds[kind] ?? 0) }
      }
      json.key("checks")
      json.array { json in
        for check in report.checks {
          json.object { json in
            json.member("name", check.name)
            json.member("outcome", check.outcome.rawValue)
            json.member("detail", check.detail)
          }
        }
      }
      json.key("mismatches")
      json.array { json in
        for mismatch in report.mismatches {
          json.object { json in
            json.member("delta_id", Int(mismatch.id))
            json.member("delta_piece", deltaPiece(mismatch.id))
            json.member("lost_share", mismatch.lostShare)
            json.member("read_by", Int(mismatch.reader))
            json.member("read_by_piece", mismatch.reader < 0 ? nil : userPiece(mismatch.reader))
          }
        }
      }
    }
    json.endLine()
    return json.bytes
  }
}
