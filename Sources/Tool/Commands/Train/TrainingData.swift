internal import CMCControlledDecoding
internal import CMCHashing
internal import CMCRecords
internal import CMCTokenization
internal import CMCTraining

/// The documents of a run: to learn, to retain, to validate with.
struct TrainingData {
  var learnt: [Document] = []
  var retained: [Document] = []
  var validation: [Document] = []
  var summary = DocumentEncoder.Summary()

  /// Reads and encodes all files.
  ///
  /// - Throws: `FileError` naming file and record, or `TrainingError.noExamples`.
  init(_ arguments: TrainingArguments, tokenizer: Tokenizer, longest: Int) throws {
    let template = try TemplateArgument.load(arguments.promptTemplate, tokenizer.description)
    let encoder = DocumentEncoder(
      tokenizer, template: template, longest: longest, learnsPrompts: arguments.learnPrompts)
    if encoder.end == nil { arguments.common.note("the vocabulary has no end token: responses have no end") }
    learnt = try documents(arguments.data, encoder)
    retained = try documents(arguments.retain, encoder)
    validation = try documents(arguments.validation, encoder)
    if validation.isEmpty, arguments.validationSplit > 0 {
      // Every so-many-th document, so that the choice does not depend on anything but the data.
      let count = Int(arguments.validationSplit * Double(learnt.count))
      let all = learnt
      let chosen = Set((0..<count).map { $0 * all.count / max(1, count) })
      validation = all.indices.filter { chosen.contains($0) }.map { all[$0] }
      learnt = all.indices.filter { !chosen.contains($0) }.map { all[$0] }
    }
    guard !learnt.isEmpty else {
      throw TrainingError.noExamples(
        "no record of \(arguments.data.joined(separator: ", ")) has a token to learn")
    }
    if summary.cut > 0 { arguments.common.note("\(summary.cut) documents were cut to \(longest) tokens") }
    if summary.dropped > 0 {
      arguments.common.note("\(summary.dropped) records were left out: nothing of their responses fits")
    }
  }

  private mutating func documents(_ paths: [String], _ encoder: DocumentEncoder) throws -> [Document] {
    var documents: [Document] = []
    for path in paths {
      let some = try encoder.documents(try TrainingRecord.load(path))
      documents += some.documents
      summary.cut += some.summary.cut
      summary.dropped += some.summary.dropped
    }
    return documents
  }

  /// The most tokens of a document.
  var longest: Int { (learnt + retained + validation).map(\.ids.count).max() ?? 0 }

  /// What identifies the documents.
  var digest: String {
    var numbers: [Int32] = []
    for set in [learnt, retained, validation] {
      numbers.append(Int32(truncatingIfNeeded: set.count))
      for document in set {
        numbers += [Int32(document.ids.count)] + document.ids + document.targets.map(Int32.init)
      }
    }
    return numbers.withUnsafeBytes { SHA256Digest(hashing: $0).hex }
  }
}
