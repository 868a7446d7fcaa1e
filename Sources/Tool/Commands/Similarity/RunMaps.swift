internal import ArgumentParser
internal import CMCAlignment
internal import CMCHashing
internal import CMCLogitShift
internal import CMCPrimitives
internal import CMCTokenMapFormats
internal import CMCTokenizerFormats
internal import CMCVocabulary
internal import CrossModelControl

/// The maps between the vocabularies of runs: those that were given, and those that can be made.
final class RunMaps {
  private var given: [(map: TokenMap, path: String)] = []
  private var made: [String: (map: TokenMap, path: String)?] = [:]
  private let common: CommonOptions
  private let threads: Int

  /// Reads the maps of `--map`.
  init(_ paths: [String], threads: Int, _ common: CommonOptions) throws {
    self.common = common
    self.threads = threads
    for path in paths {
      let input = try TokenMapReader.load(path)
      for note in input.notes { common.note("\(path): \(note)") }
      given.append((input.map, path))
    }
  }

  /// The map from one run's vocabulary to another's; nil where they are one.
  ///
  /// A map of the fingerprints is taken, or one the other way turned round; without fingerprints the only one that was
  /// given; else one is made of the tokenizers that the runs were captured with.
  func map(_ first: RunDescription, _ second: RunDescription) throws -> (map: TokenMap, path: String)? {
    if let a = first.fingerprint, let b = second.fingerprint {
      if a == b { return nil }
      if let found = given.first(where: { binds($0.map, a, b) }) { return found }
      if let found = given.first(where: { binds($0.map, b, a) }) {
        return (found.map.inverted().map, found.path + " (turned round)")
      }
    } else if first.label == second.label {
      return nil
    }
    // Whether it belongs to the runs is checked by sizes, or refused by fingerprints, when the pair is made.
    if given.count == 1 { return given[0] }
    guard given.isEmpty, first.fingerprint != nil, second.fingerprint != nil else { return nil }
    let key = "\(first.fingerprint ?? "") \(second.fingerprint ?? "")"
    if let known = made[key] { return known }
    let result = try make(first, second)
    made[key] = .some(result)
    return result
  }

  /// The pair of two runs.
  func pair(_ first: CaptureRun, _ second: CaptureRun) throws -> RunPair {
    try RunPair(first, second, map: try map(first.description, second.description))
  }

  private func binds(_ map: TokenMap, _ source: String, _ target: String) -> Bool {
    map.source.fingerprint?.hex == source && map.target.fingerprint?.hex == target
  }

  private func make(
    _ first: RunDescription, _ second: RunDescription
  ) throws -> (map: TokenMap, path: String)? {
    guard let source = first.tokenizerPath, let target = second.tokenizerPath, fileExists(source),
      fileExists(target)
    else { return nil }
    let (a, b) = try TokenizerPair.load(source, target, threads: threads)
    guard a.vocabulary.fingerprint.hex == first.fingerprint,
      b.vocabulary.fingerprint.hex == second.fingerprint
    else { return nil }
    let rules = try RuleOptions.parse(["--threads", "\(threads)"])
    common.note("no --map: \(first.tokenizer) and \(second.tokenizer) are aligned")
    return (try rules.align(a, b, common).map, "made of \(source) and \(target)")
  }
}
