internal import CMCChatTemplates
internal import CMCFieldTables
internal import CMCLanguageModel
internal import CMCTokenMapFormats
internal import CMCTokenizerFormats

/// The tables of fields of all formats that are read, in the order in which they are listed.
///
/// A new format's table is added here, and nowhere else: the command, the documentation and their test go through it.
enum FormatTables {
  static let all: [FieldTable] =
    [
      .tokenizerJSON, .tokenizerConfiguration, .sentencePiece, .tekken, .tiktoken, .ggufTokenizer,
      TemplateLanguage.table,
    ] + ModelFieldTables.all + [.tokenMap, .tokenMapTensors]

  /// The table of a format, by its name in any case.
  static func table(_ name: String) -> FieldTable? {
    all.first { $0.format.lowercased() == name.lowercased() }
  }
}
