public import CMCPrimitives
import CMCVocabulary

/// Why a token map cannot be read or written.
public enum TokenMapFormatError: DescribedError, Equatable {
  /// An own map of a version that this code does not read.
  case version(Int, read: ClosedRange<Int>)
  /// A list has another length than the ones it belongs to.
  case length(column: String, found: Int, expected: Int)
  /// A value at a place of the file cannot be.
  case value(place: String, reason: String)
  /// A line of a text file cannot be read; the first is line 1.
  case line(Int, reason: String)
  /// The files of one map are not of one size.
  case sizes(String, Int, String, Int)
  /// Nothing is known that begins like this file.
  case unrecognised
  /// The content is the same in several formats.
  case ambiguous([TokenMapFormat])
  /// Neither a file nor the beginning of the names of known files.
  case noSuchMap
  /// The prefix does not let the reference recognise the kind of the map.
  case prefix(given: String, format: TokenMapFormat, corrected: String)
  /// Entries have no target and the format cannot say so.
  case unmatched(count: Int, format: TokenMapFormat)
  /// The target vocabulary has no token to fill with.
  case nothingToFillWith(FillPolicy)
  /// The format is about pieces and they are not known.
  case piecesNeeded(side: String, format: TokenMapFormat)
  /// A piece that the vocabulary does not have.
  case unknownPiece(side: String, piece: String, place: String)

  /// What and where in one line.
  public var description: String {
    switch self {
    case .version(let found, let read):
      "is a token map of version \(found); "
        + (read.count == 1
          ? "version \(read.lowerBound) is read"
          : "versions \(read.lowerBound) to \(read.upperBound) are read")
    case .length(let column, let found, let expected): "\(column) has \(found) entries, \(expected) expected"
    case .value(let place, let reason): "\(shown(place)): \(reason)"
    case .line(let line, let reason): "line \(line): \(reason)"
    case .sizes(let first, let firstCount, let second, let secondCount):
      "\(first) has \(firstCount) entries, \(second) has \(secondCount)"
    case .unrecognised: "is not a token map of a known format"
    case .ambiguous(let formats):
      "can be a token map of \(formats.map(\.rawValue).joined(separator: " or ")); its content does not tell which"
    case .noSuchMap: "is neither a file nor the prefix of the files of a map"
    case .prefix(let given, let format, _):
      switch format {
      case .cmcOneToMany:
        "prefix \(given) contains one2one, by which the reference takes a map for one-to-one"
      default: "prefix \(given) does not contain one2one, by which the reference recognises a one-to-one map"
      }
    case .unmatched(let count, let format):
      "\(count) \(count == 1 ? "entry has" : "entries have") no target, which \(format.rawValue) cannot express"
    case .nothingToFillWith(let policy):
      policy == .unk
        ? "the target vocabulary has no unknown token"
        : "the target vocabulary has no token of the kind that is to be filled in"
    case .piecesNeeded(let side, .fusellm):
      "fusellm needs the pieces of the \(side) vocabulary as its tokenizer spells them"
    case .piecesNeeded(let side, .pairs):
      "pairs of pieces need those of the \(side) vocabulary as its tokenizer spells them"
    case .piecesNeeded(let side, let format):
      "the pieces of the \(side) vocabulary are needed for \(format.rawValue)"
    case .unknownPiece(let side, let piece, let place):
      "\(shown(place)): the \(side) vocabulary has no piece \(shown(piece))"
    }
  }

  /// What to do about it.
  public var hint: String? {
    switch self {
    case .version: "read it with a newer cmc"
    case .ambiguous(let formats):
      "convert it first: cmc map convert FILE --from \(Self.choice(formats)) … -o map.json"
    case .unrecognised:
      "if it is one of another format, convert it first: cmc map convert FILE --from FORMAT … -o map.json"
    case .noSuchMap: "give a file, a tokenkit folder, or P where P_id.json exists"
    case .prefix(_, _, let corrected): "use \(corrected)"
    case .unmatched: "fill them with --fill nearest or --fill unk"
    case .nothingToFillWith(.unk): "use --fill nearest"
    case .nothingToFillWith: "write a format that can leave entries without a target, such as json"
    case .piecesNeeded(let side, .fusellm), .piecesNeeded(let side, .pairs):
      "give the tokenizer with --\(side)"
    case .piecesNeeded(let side, _):
      "give the vocabulary with --\(side), or a map that was written with pieces"
    case .unknownPiece: "the map belongs to another vocabulary"
    default: nil
    }
  }

  /// Formats as an option's value is shown.
  static func choice(_ formats: [TokenMapFormat]) -> String {
    formats.map(\.rawValue).joined(separator: "|")
  }

  /// A text out of a file, in one line and of bounded length.
  private func shown(_ text: String) -> String {
    oneLine(text, limit: 100)
  }

  /// Whether the way the command was called is at fault, rather than a file.
  public var isUsage: Bool {
    switch self {
    case .prefix: true
    default: false
    }
  }
}
