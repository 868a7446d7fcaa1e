public import ArgumentParser
internal import CMCAlignment
internal import CMCHashing
internal import CMCPrimitives
public import CMCTokenMapFormats
internal import CMCVocabulary
internal import CrossModelControl

extension TokenMapFormat: ExpressibleByArgument {}
extension FillPolicy: ExpressibleByArgument {}

/// Where a map goes and in which format.
struct MapOutputOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The file, or the prefix where a format has several files; - for standard output, without the table. Default: Reports/SOURCE--TARGET.json.",
      valueName: "path"))
  var output: String?

  @Option(
    name: .customLong("format"),
    help:
      "The format of the map; by the output's ending (.npy, .safetensors, .tsv) where left out, else json.")
  var statedFormat: TokenMapFormat?

  /// The format that is written.
  var format: TokenMapFormat { statedFormat ?? TokenMapFormat(ofFile: output ?? "") }

  @Flag(help: "Leave the tokens' text out of a JSON map.")
  var noPieces = false

  @Flag(help: "Write pieces instead of ids (format pairs).")
  var pieces = false

  @Option(help: "What to put where a format cannot say 'unmatched' (default: error).")
  var fill: FillPolicy?

  @OptionGroup var replacing: ReplacingOptions

  /// The path rules that need no map: refused before any work is done.
  func validatePath() throws {
    if output == "" { throw ValidationError("--output must not be empty.") }
    try Self.check(format, fill: fill, noPieces: noPieces, pieces: pieces)
  }

  /// Writes a map.
  ///
  /// - Returns: The paths written.
  func write(_ alignment: PairAlignment, _ common: CommonOptions) throws -> [String] {
    var options = alignment.writeOptions(for: format)
    options.includesPieces = !noPieces
    options.pairsOfPieces = pieces
    options.fill = fill ?? .error
    options.tool = ToolVersion.tool
    let path = output ?? defaultPath(alignment)
    return try Self.write(alignment.map, format: format, to: path, options, common)
  }

  /// Refuses what a format has no use for.
  static func check(_ format: TokenMapFormat, fill: FillPolicy?, noPieces: Bool, pieces: Bool) throws {
    if format != .pairs { try refuseIdle("belongs to --format pairs", ["pieces": pieces]) }
    if format != .json {
      try refuseIdle(
        "belongs to --format json: \(format.rawValue) has other members", ["no-pieces": noPieces])
    }
    if format.canSayUnmatched {
      try refuseIdle(
        "is for formats that cannot say 'unmatched': \(format.rawValue) can", ["fill": fill != nil])
    }
  }

  /// Refuses two results on standard output.
  static func validate(_ path: String?, _ common: CommonOptions) throws {
    if path == "-", common.json {
      throw ValidationError("--output - and --json both write to standard output.")
    }
  }

  /// Writes a map; options that do not go together are errors of usage.
  ///
  /// - Returns: The paths written; none where it went to standard output.
  static func write(
    _ map: TokenMap, format: TokenMapFormat, to path: String, _ options: TokenMapWriteOptions,
    _ common: CommonOptions
  ) throws -> [String] {
    do {
      if path == "-" {
        guard ![.cmcOneToOne, .cmcOneToMany].contains(format) else {
          throw ValidationError("--output -: the format \(format.rawValue) has files of its own names.")
        }
        let made = try TokenMapWriter.files(for: map, format: format, at: path, options: options)
        guard made.files.count == 1, made.files[0].path == "-" else {
          throw ValidationError("--output -: the format \(format.rawValue) has files of its own names.")
        }
        for note in made.notes where format != .json { common.note("\(format.rawValue): \(note)") }
        try StandardOutput.write(made.files[0].bytes)
        return []
      }
      return try map.save(to: path, as: format, options: options, observer: common.observer)
    } catch let error as TokenMapFormatError where error.isUsage {
      throw ValidationError(error.hint.map { "\(error); \($0)." } ?? "\(error).")
    }
  }

  private func defaultPath(_ alignment: PairAlignment) -> String {
    var stem = Self.stem(alignment)
    switch format {
    case .cmcOneToOne: stem = "one2one-\(stem)"
    case .cmcOneToMany: stem = "one2many-\(stem)"
    default: break
    }
    return "Reports/\(stem)" + (format.fileExtension.isEmpty ? "" : ".\(format.fileExtension)")
  }

  /// The name of a pair's files without folder and extension.
  ///
  /// Where `Reports` has the map of another pair with the same names, so much of both fingerprints that they differ.
  static func stem(_ alignment: PairAlignment) -> String {
    let (source, target) = (alignment.source, alignment.target)
    let stem = "\(fileName(source.name))--\(fileName(target.name))"
    let prints = [source, target].map(\.vocabulary.fingerprint.hex)
    guard FileRoles.ownFile("Reports/\(stem).json", says: prints) == false else { return stem }
    return "\(stem)--\(prints.map { String($0.prefix(8)) }.joined(separator: "-"))"
  }

  /// A name that can be a file's on every system.
  static func fileName(_ name: String) -> String {
    let allowed = name.unicodeScalars.map { scalar -> Character in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", ".", "-", "_": Character(scalar)
      default: "_"
      }
    }
    let text = String(allowed.prefix(80)).drop { $0 == "." }
    return text.isEmpty ? "vocabulary" : String(text)
  }
}
