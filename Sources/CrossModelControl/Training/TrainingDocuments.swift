internal import CMCHashing
internal import CMCPrimitives
internal import CMCRecords
internal import CMCTraining

/// The documents of a run: to learn, to retain, to validate with.
struct TrainingDocuments {
  private(set) var learnt: [Document] = []
  private(set) var retained: [Document] = []
  private(set) var validation: [Document] = []
  private(set) var summary = DocumentEncoder.Summary()

  /// Reads and encodes all files.
  ///
  /// - Parameter longest: The most tokens of a document.
  /// - Throws: `FileError` naming file and record, or `TrainingError.noExamples`.
  init(
    _ files: TrainingFiles, retained: [String], encoder: DocumentEncoder, _ observer: RunObserver
  ) throws {
    if encoder.end == nil { observer.note("the vocabulary has no end token: responses have no end") }
    learnt = try documents(files.learnt, encoder)
    self.retained = try documents(retained, encoder)
    validation = try documents(files.validation, encoder)
    if validation.isEmpty { splitValidation(share: files.validationSplit) }
    guard !learnt.isEmpty else {
      throw TrainingError.noExamples(
        "no record of \(files.learnt.joined(separator: ", ")) has a token to learn")
    }
    if summary.cut > 0 { observer.note("\(summary.cut) documents were cut to \(encoder.longest) tokens") }
    if summary.dropped > 0 {
      observer.note("\(summary.dropped) records were left out: nothing of their responses fits")
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

  /// Takes every so-many-th document away, so that the choice does not depend on anything but the data.
  private mutating func splitValidation(share: Double) {
    guard share > 0 else { return }
    let count = Int(saturating: share * Double(learnt.count))
    let all = learnt
    let chosen = Set((0..<count).map { $0 * all.count / max(1, count) })
    validation = all.indices.filter { chosen.contains($0) }.map { all[$0] }
    learnt = all.indices.filter { !chosen.contains($0) }.map { all[$0] }
  }

  /// The most tokens of a document.
  var longest: Int { (learnt + retained + validation).map(\.ids.count).max() ?? 0 }

  /// What identifies the documents: tokens and targets, whatever files they came from.
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
