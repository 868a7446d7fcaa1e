internal import CMCAlignment
internal import CMCControlledDecoding
internal import CMCDemonstration
internal import CMCEvaluation
internal import CMCFastJSON
internal import CMCLogitShift
internal import CMCPrimitives
internal import CMCReporting
internal import CMCResultCoding
internal import CMCTokenMapFormats

/// A result that a command saved as JSON and that has a page.
enum SavedResult {
  /// A token map in the tool's own format.
  case map(TokenMap)
  /// A traced generation.
  case trace(GenerationTrace)
  /// An atlas.
  case atlas(VocabularyAtlas)
  /// A pair of runs.
  case similarity(SimilarityResult)
  /// Many runs.
  case similarityMatrix(SimilarityMatrix)
  /// A sweep over α.
  case sweep(SweepSummary)
  /// The closed loop of the demonstration.
  case closedLoop(ClosedLoopResult)

  private static let sizeLimit = 1 << 31

  /// Reads a file, told by its schema.
  ///
  /// - Parameter isOptional: Whether a file of another kind is nil and not an error.
  static func read(_ path: String, isOptional: Bool) throws -> SavedResult? {
    let bytes = try readFile(path, limit: sizeLimit)
    return try withFile(path) {
      let root: JSONValue
      do {
        root = try JSONDocument(bytes).root
      } catch {
        if isOptional { return nil }
        throw error
      }
      switch root["schema"]?.string {
      case TraceReader.schema: return .trace(try TraceReader.read(root))
      case AtlasJSON.schema: return .atlas(try AtlasJSON.read(root))
      case SweepReader.schema: return .sweep(try SweepReader.read(root))
      case "cmc.similarity": return .similarity(try ResultCoding.decode(SimilarityResult.self, from: bytes))
      case "cmc.similarity-matrix":
        return .similarityMatrix(try ResultCoding.decode(SimilarityMatrix.self, from: bytes))
      case "cmc.demo": return .closedLoop(try ResultCoding.decode(ClosedLoopResult.self, from: bytes))
      case nil where root["ids"] != nil && root["method"] != nil:
        return .map(try TokenMapReader.load(path, options: TokenMapReadOptions()).map)
      default:
        if isOptional { return nil }
        let isOwn = root["tool"]?.string?.hasPrefix("cmc ") ?? false
        throw isOwn && root["schema"] == nil
          ? SavedResultError.withoutPage : SavedResultError.unknown(schema: root["schema"]?.string)
      }
    }
  }

  /// What is drawn of it, each with what its name ends in.
  func files() throws -> [(suffix: String, bytes: [UInt8])] {
    switch self {
    case .map(let map):
      let report = AlignmentReport(
        map: map, summary: AlignmentSummary(map), placements: SpecialPlacement.all(in: map),
        tool: ToolVersion.tool)
      return [(".html", try report.html())]
    case .trace(let trace): return [(".html", try TraceReport(trace).html())]
    case .atlas(let atlas): return [(".html", try AtlasReport(atlas, tool: ToolVersion.tool).html())]
    case .similarity(let result):
      var files = [(".html", try SimilarityReport(result).html())]
      // The longest response tells most; of several the first.
      if let map = result.heatMaps.max(by: {
        $0.steps.count < $1.steps.count || ($0.steps.count == $1.steps.count && $0.prompt > $1.prompt)
      }) {
        for (isCentred, suffix) in [(false, "-heat-map"), (true, "-heat-map-centred")] {
          let figure = HeatMapFigure(
            map, first: result.first.label, second: result.second.label, isCentred: isCentred
          ).figure
          files += [(suffix + ".svg", try figure.svg()), (suffix + ".png", try figure.png())]
        }
      }
      return files
    case .similarityMatrix(let result):
      let report = SimilarityMatrixReport(result)
      var files = [(".html", try report.html())]
      if let figure = report.figure {
        files += [("-matrix.svg", try figure.svg()), ("-matrix.png", try figure.png())]
      }
      return files
    case .sweep(let sweep):
      let report = SweepReport(sweep)
      return [
        (".html", try report.html()), ("-curve.svg", try report.shares.figure.svg()),
        ("-curve.png", try report.shares.figure.png()),
      ]
    case .closedLoop(let result): return [(".html", try ClosedLoopReport(result).html())]
    }
  }
}

/// Why nothing is drawn.
enum SavedResultError: DescribedError, Equatable {
  /// A file of another kind.
  case unknown(schema: String?)
  /// A result of this tool that names no kind, such as an evaluation.
  case withoutPage
  /// No file of a kind that has a page.
  case none

  var description: String {
    switch self {
    case .unknown(let schema):
      schema.map { "a result of the kind '\(oneLine($0, limit: 40))' has no page" }
        ?? "no result of this tool"
    case .withoutPage: "a result of this tool, of a kind that has no page"
    case .none: "no saved result that has a page"
    }
  }

  var hint: String? {
    "give what cmc align, generate --trace, sweep --json, similarity --json, atlas or demo wrote"
  }
}
