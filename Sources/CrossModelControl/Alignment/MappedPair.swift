public import CMCAlignment
internal import CMCHashing
internal import CMCModelFiles
public import CMCPrimitives
public import CMCTokenMapFormats
internal import CMCTokenizerFormats
public import CMCVocabulary

/// A map together with the two tokenizers it belongs to.
public struct MappedPair: Sendable {
  /// The map; ids beyond the target's highest are unmatched.
  public let map: TokenMap
  /// The tokenizer of its source.
  public let source: TokenizerDescription
  /// The tokenizer of its target.
  public let target: TokenizerDescription

  /// Reads a map and takes the tokenizers that are known; one that is not is taken where the map's own name for it is a
  /// path from here, and its fingerprint that of the map.
  ///
  /// - Throws: ``MapTokenizerError`` where the tokenizer of a side is missing or another's; what reading throws.
  public init(
    _ path: String, from format: TokenMapFormat? = nil, vocabularies known: MapVocabularies = .init(),
    observer: RunObserver = .silent
  ) throws {
    var map = try known.readMap(path, from: format, observer: observer)
    let beyond = map.unmatchIDsBeyondTarget()
    if beyond > 0 { observer.note("\(beyond) ids beyond the target's highest are read as unmatched") }
    let belonging = map
    func error(_ side: MapTokenizerError.Side, _ wanted: MapSide) -> (MapTokenizerError.Reason)
      -> MapTokenizerError
    {
      { MapTokenizerError(map: path, side: side, wanted: wanted, reason: $0) }
    }
    let source = try Self.tokenizer(
      known.source, map.source, other: map.target, observer, error(.source, map.source))
    let target = try Self.tokenizer(
      known.target, map.target, other: map.source, observer, error(.target, map.target))
    let notes = try withFile(path) { try belonging.validate(source: source, target: target) }
    for note in notes { observer.note(note) }
    (self.map, self.source, self.target) = (belonging, source, target)
  }

  private static func tokenizer(
    _ given: TokenizerDescription?, _ side: MapSide, other: MapSide, _ observer: RunObserver,
    _ error: (MapTokenizerError.Reason) -> MapTokenizerError
  ) throws -> TokenizerDescription {
    if let given {
      let found = given.vocabulary.fingerprint
      guard let expected = side.fingerprint, expected != found else { return given }
      throw error(
        found == other.fingerprint ? .otherSide(given.name) : .mismatch(given.name, found: found.short))
    }
    guard !side.name.isEmpty, let fingerprint = side.fingerprint else { throw error(.unnamed) }
    let found: TokenizerDescription
    do {
      found = try TokenizerLoader.load(side.name)
    } catch is ModelLocationError {
      throw error(.notFound)
    }
    guard found.vocabulary.fingerprint == fingerprint else {
      throw error(.mismatch(side.name, found: found.vocabulary.fingerprint.short))
    }
    observer.hear(found)
    return found
  }
}

/// Why the tokenizer of one side of a map is missing.
public struct MapTokenizerError: DescribedError {
  /// A side of a map.
  public enum Side: String, Sendable {
    /// The user model's.
    case source
    /// The delta model's.
    case target
  }

  /// What went wrong.
  public enum Reason: Sendable, Equatable {
    /// The map does not say enough to look for it.
    case unnamed
    /// Nothing has the name that the map gives.
    case notFound
    /// A tokenizer with another vocabulary.
    case mismatch(String, found: String)
    /// The tokenizer of the map's other side.
    case otherSide(String)
  }

  /// The map's path.
  public let map: String
  /// The side whose tokenizer is missing.
  public let side: Side
  /// What the map says of that side.
  let wanted: MapSide
  /// What went wrong.
  public let reason: Reason

  private var wantedName: String {
    let name = wanted.name.isEmpty ? "" : " '\(oneLine(wanted.name, limit: 80))'"
    return "its \(side.rawValue) tokenizer\(name)"
      + (wanted.fingerprint.map { " (fingerprint \($0.short))" } ?? "")
  }

  /// The map, the side, and what was found in its place.
  public var description: String {
    switch reason {
    case .unnamed: "\(map): the map does not tell where its \(side.rawValue) tokenizer is"
    case .notFound: "\(map): \(wantedName) is not in this folder"
    case .mismatch(let name, let found):
      "\(map): \(wantedName) has another vocabulary than \(oneLine(name, limit: 80)) (fingerprint \(found))"
    case .otherSide(let name):
      "\(map): \(oneLine(name, limit: 80)) is the tokenizer of the map's other side"
    }
  }
}
