internal import ArgumentParser
internal import CMCFastJSON
internal import CMCFieldTables
internal import CMCPrimitives

/// `cmc formats`: what is done with each field of the files that are read.
struct FormatsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "formats",
    abstract: "Show, for every field of a file format, whether it is carried out.",
    discussion: """
      A field is carried out as the format's own library does it, is harmless (no result depends on it), or is refused \
      unless it has a value that asks for nothing. A field without a row is refused where it could change a result, and \
      noted in formats that carry many that cannot.

      EXAMPLES
        cmc formats
        cmc formats tokenizer.json
        cmc formats sentencepiece --json
        cmc formats models
            the families of models, their options, and which can be trained
        cmc formats differences   where results differ from a library's on purpose
      """)

  @Argument(
    help: ArgumentHelp(
      "A format, models or differences; without one the formats are listed.", valueName: "name"))
  var name: String?

  @OptionGroup var common: CommonOptions

  func run() throws {
    guard let name else {
      let names = FormatTables.all.map(\.format) + [FamiliesRendering.name, DifferencesRendering.name]
      return try show(
        names.joined(separator: ", "), FormatsRendering.list(), FormatsRendering.json(FormatTables.all))
    }
    switch name.lowercased() {
    case DifferencesRendering.name:
      try show(
        "\(KnownDifference.all.count) differences: "
          + KnownDifference.all.map(\.name).joined(separator: ", "),
        DifferencesRendering.text(), DifferencesRendering.json())
    case FamiliesRendering.name:
      try show(FamiliesRendering.line(), try FamiliesRendering.text(), try FamiliesRendering.json())
    default:
      guard let table = FormatTables.table(name) else { throw FormatsError.unknown(name) }
      try show(
        FormatsRendering.line(table), FormatsRendering.text(table), FormatsRendering.json([table]))
    }
  }

  private func show(
    _ line: @autoclosure () -> String, _ text: @autoclosure () throws -> String,
    _ json: @autoclosure () throws -> String
  ) throws {
    try common.show(
      line(), text: WrappedLines.text(try text(), width: TerminalWidth.current), json: Array(try json().utf8))
  }
}

/// Why no table can be shown.
enum FormatsError: DescribedError {
  case unknown(String)

  var description: String {
    switch self {
    case .unknown(let name): "'\(oneLine(name, limit: 40))' is no format"
    }
  }
  var hint: String? {
    "the formats are " + FormatTables.all.map(\.format).joined(separator: ", ")
      + "; and models and differences"
  }
}
