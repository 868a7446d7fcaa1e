public import CMCAlignment
import CMCFastJSON
import CMCNumPyFiles
import CMCPrimitives
import CMCSafetensors

/// Reads token maps of every format.
public enum TokenMapReader {
  /// Reads a map and gives no more than it; see ``load(_:from:options:)``.
  public static func read(_ path: String, from format: TokenMapFormat? = nil) throws -> TokenMap {
    try load(path, from: format).map
  }

  /// Reads a map, telling the format by the content unless it is given.
  ///
  /// - Parameters:
  ///   - path: A file, a tokenkit folder, a prefix P where `P_id.json` exists, or that file.
  ///   - format: The format; needed for `dskd`, `tokalign` and `fusellm`.
  ///   - options: What is known of the vocabularies; formats about pieces need them.
  /// - Throws: ``FileError`` around ``TokenMapFormatError`` or a container's error.
  public static func load(
    _ path: String, from format: TokenMapFormat? = nil, options: TokenMapReadOptions = TokenMapReadOptions()
  ) throws -> TokenMapInput {
    let place = try locate(path, format)
    var input: TokenMapInput
    switch place {
    case .folder(let folder): input = try tokenkit(folder, options)
    case .prefix(let prefix): input = try cmc(prefix, format, options)
    case .file(let path):
      let bytes = try readFile(path)
      input = try withFile(path) { try parse(bytes, as: format, options: options) }
    }
    try withFile(path) { try finish(&input, options) }
    return input
  }

  /// Reads a map of one file from its bytes.
  ///
  /// - Throws: ``TokenMapFormatError`` or a container's error.
  public static func parse(
    _ bytes: [UInt8], as format: TokenMapFormat? = nil, options: TokenMapReadOptions = TokenMapReadOptions()
  ) throws -> TokenMapInput {
    let (format, document) = try detect(bytes, format)
    let root = try document ?? (format.isJSON ? JSONDocument(bytes) : nil)
    switch (format, root) {
    case (.json, let root?): return try json(root)
    case (.dskd, let root?), (.tokalign, let root?): return try idObject(root, format)
    case (.fusellm, let root?): return try fusellm(root, options)
    case (.cmcOneToOne, let root?): return try oneToOne(ids: root, match: nil, tokens: nil, options)
    case (.cmcOneToMany, let root?): return try oneToMany(root)
    case (.npy, _): return try npy(bytes)
    case (.safetensors, _): return try safetensors(bytes)
    case (.pairs, _): return try pairs(bytes, options)
    case (.tokenkit, _), (_, nil): throw TokenMapFormatError.unrecognised
    }
  }

  /// Puts in what the caller knows, and makes ids unmatched that it knows to be none.
  private static func finish(_ input: inout TokenMapInput, _ options: TokenMapReadOptions) throws {
    guard input.format != .json else {
      try checkKinds(input.map.source, options.source, "source")
      try checkKinds(input.map.target, options.target, "target")
      input.map = input.map.completed(source: options.source, target: options.target)
      return
    }
    let (from, to) = (input.map.source, input.map.target)
    if let source = options.source, from.fingerprint == nil, from.canBe(source) {
      (input.map.source, input.isSourceGiven) = (source, true)
    }
    if let target = options.target, to.fingerprint == nil, to.canBe(target) {
      (input.map.target, input.isTargetGiven) = (target, true)
    }
    // A format that says which vocabularies it is of need not say all of their tokens.
    input.map = input.map.completed(source: options.source, target: options.target)
    input.map.distinguishMatches()
    let beyond = input.map.unmatchIDsBeyondTarget()
    if beyond > 0 { input.notes.append("\(beyond) ids beyond the target's highest are read as unmatched") }
  }
}
