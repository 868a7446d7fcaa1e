public import ArgumentParser
public import CMCAlignment
internal import CMCPrimitives
internal import CMCUnicode
public import CMCVocabulary
public import CrossModelControl

extension MapMethod: ExpressibleByArgument {
  /// Reads the name that tables and files use.
  public init?(argument: String) { self.init(name: argument) }
  /// The names that tables and files use.
  public static var allValueStrings: [String] { allCases.map(\.name) }
}

extension TokenKind: ExpressibleByArgument {
  /// Reads the name that tables use.
  public init?(argument: String) {
    guard let kind = TokenKind.allCases.first(where: { $0.name == argument && $0 != .hole }) else {
      return nil
    }
    self = kind
  }
  /// The names that tables use.
  public static var allValueStrings: [String] { allCases.filter { $0 != .hole }.map(\.name) }
}

extension TokenOrder: ExpressibleByArgument {}

/// Which tokens to list, and how.
struct TokenFilterOptions: ParsableArguments {
  @Flag(help: "Only tokens without a target (maps).")
  var unmatched = false

  @Flag(help: "Only special tokens.")
  var special = false

  @Flag(
    help: "Only tokens whose bytes another token has too; in maps, those whose target another token has too.")
  var duplicates = false

  @Option(help: "Only tokens decided so (maps).")
  var method: MapMethod?

  @Option(help: "Only tokens of this kind.")
  var kind: TokenKind?

  @Option(help: ArgumentHelp("Only text of this script, such as Latin or Han.", valueName: "name"))
  var script: String?

  @Option(help: ArgumentHelp("Only tokens at least this far from their target (maps).", valueName: "n"))
  var minDistance: Int32?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Only tokens whose text has a match (visible form for fragments and bytes; ␣ matches a blank).",
      valueName: "regex"),
    transform: { plainText($0) })
  var match: String?

  @Option(help: "The order of the list; length and distance descending.")
  var sort: TokenOrder?

  @Option(help: ArgumentHelp("At most so many tokens.", valueName: "n"))
  var limit: Int?

  func validate() throws {
    if let limit, limit < 0 { throw ValidationError("--limit must not be negative.") }
    if let script, UnicodeScript(name: script) == nil {
      let near =
        nearestName(to: script, in: UnicodeScript.all.map(\.name)).map { " Did you mean \($0)?" } ?? ""
      throw ValidationError("There is no script '\(script)'.\(near)")
    }
    if match != nil { _ = try regex() }
  }

  /// What a vocabulary answers to filters that only a map has.
  static let mapNeeded = ValidationError(
    "--unmatched, --method, --min-distance and sorting by distance or target need a map, and this is a vocabulary."
  )

  /// The filter as the library takes it.
  func filter() throws -> TokenFilter {
    var filter = TokenFilter()
    filter.isUnmatched = unmatched
    filter.isSpecial = special
    filter.isDuplicate = duplicates
    filter.method = method
    filter.kind = kind
    filter.script = script.flatMap(UnicodeScript.init(name:))
    filter.minimumDistance = minDistance
    filter.pattern = match == nil ? nil : try regex()
    filter.order = sort
    filter.limit = limit
    return filter
  }

  private func regex() throws -> Regex<AnyRegexOutput> {
    do {
      return try Regex(match ?? "").matchingSemantics(.unicodeScalar)
    } catch {
      throw ValidationError("--match is not a regular expression: \(error)")
    }
  }
}
