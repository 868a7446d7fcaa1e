public import ArgumentParser
internal import CMCAlignment
internal import CMCPrimitives
public import CMCTokenMapFormats
internal import CMCVocabulary

extension TokenMapFormat: ExpressibleByArgument {}
extension FillPolicy: ExpressibleByArgument {}

extension TokenMapFormat {
  /// Whether its files hold the tokenizers' own pieces.
  fileprivate var namesPieces: Bool { [.cmcOneToOne, .cmcOneToMany, .fusellm, .pairs].contains(self) }
}

/// Where a map goes and in which format.
struct MapOutputOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The file, or the prefix where a format has several files. Default: Reports/SOURCE--TARGET.json.",
      valueName: "path"))
  var output: String?

  @Option(help: "The format of the map.")
  var format: TokenMapFormat = .json

  @Flag(help: "Leave the tokens' text out of a JSON map.")
  var noPieces = false

  @Flag(help: "Write pieces instead of ids (format pairs).")
  var pieces = false

  @Option(help: "What to put where a format cannot say 'unmatched'.")
  var fill: FillPolicy = .error

  /// The path rules that need no map: refused before any work is done.
  func validatePath() throws {
    if output == "" { throw ValidationError("--output must not be empty.") }
    if pieces, format != .pairs { throw ValidationError("--pieces belongs to --format pairs.") }
  }

  /// Writes a map.
  ///
  /// - Returns: The paths written.
  func write(_ alignment: PairAlignment, _ common: CommonOptions) throws -> [String] {
    var options = TokenMapWriteOptions(source: nil, target: nil)
    if format.namesPieces {
      options.sourcePieces = ReferencePieces.table(alignment.source)
      options.targetPieces = ReferencePieces.table(alignment.target)
    }
    options.includesPieces = !noPieces
    options.pairsOfPieces = pieces
    options.fill = fill
    options.unknownTargetID = alignment.target.vocabulary.ids(of: .unk).first
    options.tool = ToolVersion.tool
    let nearest = NearestTarget(source: alignment.source.vocabulary, target: alignment.target.vocabulary)
    options.fillNearest = { nearest.id(of: $0) }
    let path = output ?? defaultPath(alignment)
    return try Self.write(alignment.map, format: format, to: path, options, common)
  }

  /// Writes a map in a format, makes the folder where the default one is missing, and says what is lost.
  static func write(
    _ map: TokenMap, format: TokenMapFormat, to path: String, _ options: TokenMapWriteOptions,
    _ common: CommonOptions
  ) throws -> [String] {
    let made: TokenMapOutput
    do {
      made = try TokenMapWriter.files(for: map, format: format, at: path, options: options)
    } catch let error as TokenMapFormatError where error.isUsage {
      throw ValidationError(error.hint.map { "\(error); \($0)." } ?? "\(error).")
    }
    for note in made.notes where format != .json { common.note("\(format.rawValue): \(note)") }
    for file in made.files {
      if let slash = file.path.lastIndex(of: "/"), slash > file.path.startIndex {
        try makeDirectory(String(file.path[..<slash]))
      }
    }
    try AtomicFile.writeAll(made.files)
    return made.files.map(\.path)
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
  static func stem(_ alignment: PairAlignment) -> String {
    "\(fileName(alignment.source.name))--\(fileName(alignment.target.name))"
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
