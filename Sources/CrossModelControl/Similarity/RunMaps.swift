public import CMCAlignment
internal import CMCHashing
public import CMCLogitShift
internal import CMCPrimitives
internal import CMCTokenMapFormats
internal import CMCTokenizerFormats
internal import CMCVocabulary

/// The maps between the vocabularies of runs: those that were given, and those that can be made.
///
/// A map that was made is kept for the next pair of the same vocabularies.
public final class RunMaps {
  /// A map and where it is from, for people.
  public typealias Found = (map: TokenMap, path: String)

  private var given: [Found] = []
  /// What the maps that were given are, in their order.
  var digests: [String] { given.map(\.map.contentDigest) }
  private var made: [Vocabularies: Found?] = [:]
  /// The maps of which it was said that they are turned round.
  private var turned: Set<String> = []
  private let observer: RunObserver
  private let threads: Int

  /// Two vocabularies by their fingerprints.
  private struct Vocabularies: Hashable {
    let first: String
    let second: String
  }

  /// Reads the maps that are given; without any, maps are made where they are needed.
  ///
  /// - Throws: What reading a map throws, with its file.
  public init(_ paths: [String] = [], threads: Int? = nil, observer: RunObserver = .silent) throws {
    self.observer = observer
    self.threads = threads ?? defaultThreadCount
    for path in paths {
      let input = try TokenMapReader.load(path)
      for note in input.notes { observer.note("\(path): \(note)") }
      given.append((input.map, path))
    }
  }

  /// The map from one run's vocabulary to another's; nil where they are one.
  ///
  /// A map of the fingerprints is taken, or one the other way turned round; without fingerprints the only one that was
  /// given; else one is made of the tokenizers that the runs were captured with.
  public func map(_ first: RunDescription, _ second: RunDescription) throws -> Found? {
    if let a = first.fingerprint, let b = second.fingerprint {
      if a == b { return nil }
      if let found = given.first(where: { joins($0.map, a, b) }) { return found }
      if let found = given.first(where: { joins($0.map, b, a) }) {
        if turned.insert(found.path).inserted {
          observer.note(
            "\(found.path): is a map from \(found.map.source.name) to \(found.map.target.name), and is turned round, as "
              + "cmc map invert does; a map that is aligned the way of the runs is another one")
        }
        return (found.map.inverted().map, found.path + " (turned round)")
      }
    } else if first.label == second.label {
      return nil
    }
    // Whether it belongs to the runs is checked by sizes, or refused by fingerprints, when the pair is made.
    if given.count == 1 { return given[0] }
    guard given.isEmpty, let a = first.fingerprint, let b = second.fingerprint else { return nil }
    let key = Vocabularies(first: a, second: b)
    if let known = made[key] { return known }
    let result = try make(first, second)
    made[key] = .some(result)
    return result
  }

  /// The pair of two runs, with the map between their vocabularies.
  ///
  /// - Throws: `LogitShiftError` where they cannot be compared.
  public func pair(_ first: CaptureRun, _ second: CaptureRun) throws -> RunPair {
    try RunPair(first, second, map: try map(first.description, second.description))
  }

  private func joins(_ map: TokenMap, _ source: String, _ target: String) -> Bool {
    map.source.fingerprint?.hex == source && map.target.fingerprint?.hex == target
  }

  /// A map by the default rules; nil where the tokenizers have gone, or are others by now.
  private func make(_ first: RunDescription, _ second: RunDescription) throws -> Found? {
    guard let source = first.tokenizerPath, let target = second.tokenizerPath, fileExists(source),
      fileExists(target)
    else { return nil }
    let (a, b) = try concurrently(threads: threads) {
      try TokenizerLoader.load(source)
    } _: {
      try TokenizerLoader.load(target)
    }
    guard a.vocabulary.fingerprint.hex == first.fingerprint,
      b.vocabulary.fingerprint.hex == second.fingerprint
    else { return nil }
    observer.note("no --map: \(first.tokenizer) and \(second.tokenizer) are aligned")
    let alignment = try PairAlignment(a, b, rules: AlignmentRules(threads: threads), observer: observer)
    return (alignment.map, "made of \(source) and \(target)")
  }
}
