internal import CMCAlignment
internal import CMCHashing
internal import CMCModelFiles
internal import CMCPrimitives
internal import CMCTokenizerFormats
internal import CMCVocabulary

/// A map together with the two tokenizers it belongs to.
struct MapTokenizers {
  let map: TokenMap
  let source: TokenizerDescription
  let target: TokenizerDescription

  /// Reads a map and the tokenizers that were named; one that was not is taken where the map's own name for it is a
  /// path from here, and its fingerprint that of the map.
  ///
  /// - Throws: ``MapTokenizerError`` naming the option that is missing or wrong.
  init(_ path: String, _ input: MapInputOptions, _ common: CommonOptions) throws {
    let known = try input.vocabularies.load(common)
    var map = try input.read(path, known, common)
    let beyond = map.unmatchIDsBeyondTarget()
    if beyond > 0 {
      common.note("\(beyond) ids beyond the target's highest are read as unmatched")
    }
    let belonging = map
    func error(_ option: String, _ side: MapSide) -> (MapTokenizerError.Reason) -> MapTokenizerError {
      { MapTokenizerError(map: path, option: option, side: side, reason: $0) }
    }
    let source = try Self.tokenizer(
      known.source, map.source, other: map.target, error("--source", map.source))
    let target = try Self.tokenizer(
      known.target, map.target, other: map.source, error("--target", map.target))
    let notes = try withFile(path) { try belonging.validate(source: source, target: target) }
    for note in notes { common.note(note) }
    (self.map, self.source, self.target) = (belonging, source, target)
  }

  private static func tokenizer(
    _ given: TokenizerDescription?, _ side: MapSide, other: MapSide,
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
    return found
  }
}

/// Why the tokenizer of one side of a map is missing.
struct MapTokenizerError: DescribedError {
  /// What went wrong.
  enum Reason: Equatable {
    /// The map does not say enough to look for it.
    case unnamed
    /// Nothing has the name that the map gives.
    case notFound
    /// A tokenizer with another vocabulary.
    case mismatch(String, found: String)
    /// The tokenizer of the map's other side.
    case otherSide(String)
  }

  let map: String
  let option: String
  let side: MapSide
  let reason: Reason

  private var sideName: String { String(option.dropFirst(2)) }
  private var wanted: String {
    let name = side.name.isEmpty ? "" : " '\(oneLine(side.name, limit: 80))'"
    return "its \(sideName) tokenizer\(name)" + (side.fingerprint.map { " (fingerprint \($0.short))" } ?? "")
  }

  var description: String {
    switch reason {
    case .unnamed: "\(map): the map does not tell where its \(sideName) tokenizer is"
    case .notFound: "\(map): \(wanted) is not in this folder"
    case .mismatch(let name, let found):
      "\(map): \(wanted) has another vocabulary than \(oneLine(name, limit: 80)) (fingerprint \(found))"
    case .otherSide(let name):
      "\(map): \(oneLine(name, limit: 80)) is the tokenizer of the map's other side"
    }
  }

  var hint: String? {
    switch reason {
    case .unnamed, .notFound: "name a tokenizer file, a model directory or a Hugging Face id with \(option)"
    case .mismatch:
      "give the tokenizer the map was made for with \(option), or make the map anew with cmc align"
    case .otherSide: "exchange --source and --target"
    }
  }
}
