internal import CMCAlignment
internal import CMCReporting
internal import CMCVocabulary
internal import CrossModelControl

extension PairAlignment {
  /// The page of this alignment.
  func report(_ summary: AlignmentSummary, rules: String) -> AlignmentReport {
    var report = AlignmentReport(
      map: map, summary: summary,
      placements: SpecialPlacement.all(in: map, source: source, target: target, overrides: overrides),
      tool: ToolVersion.tool)
    report.source = AlignmentReport.Side(source)
    report.target = AlignmentReport.Side(target)
    report.rules = rules
    return report
  }
}

extension AlignmentReport.Side {
  /// What a page says of where a tokenizer came from; folders stay the user's own.
  init(_ description: TokenizerDescription) {
    self.init(
      family: description.family, format: description.format.rawValue,
      files: description.files.map { String($0.split(separator: "/").last ?? "") }, notes: description.notes)
  }
}

extension AlignmentRules {
  /// The rules as a page states them.
  var inWords: String {
    if compatibility == .cmc { return "the reference scripts of CMC (--compat cmc)" }
    return method.rawValue + (fallback.map { ", then \($0.rawValue)" } ?? "")
      + (usesShippedOverrides ? "" : ", without the overrides that come with the tool")
  }
}
