import CMCFastJSON
import CMCFieldTables
import CMCPrimitives
import Foundation
import TestSupport
import Testing

@testable import CMCCommands

/// What is printed of the tables of fields, and what stands in the documentation.
@Suite struct FormatsCommandTests {
  private static let article =
    RealData.checkout
    + "/Sources/CrossModelControl/CrossModelControl.docc/Articles/FieldsOfEveryFormat.md"

  /// The article is made from the tables: `CMC_RECORD=1` writes it anew.
  @Test func theArticleIsMadeFromTheTables() throws {
    let wanted = FormatsRendering.article()
    if ProcessInfo.processInfo.environment["CMC_RECORD"] != nil {
      try AtomicFile.write(Array(wanted.utf8), to: Self.article)
      Issue.record("written anew; look at the difference")
    }
    #expect(String(decoding: try readFile(Self.article), as: UTF8.self) == wanted)
  }

  @Test func everyFormatIsListedOnceAndFound() throws {
    let names = FormatTables.all.map(\.format)
    #expect(Set(names).count == names.count)
    for name in names { #expect(FormatTables.table(name.uppercased())?.format == name) }
    #expect(FormatTables.table("docx") == nil)
    let lines = FormatsRendering.list().split(separator: "\n")
    #expect(lines.count == names.count)
  }

  @Test func theTablesAsJSONHaveEveryRow() throws {
    let root = try JSONDocument(Array(FormatsRendering.json(FormatTables.all).utf8)).root
    let formats = try root.require("formats").elements
    #expect(formats.count == FormatTables.all.count)
    for (format, table) in zip(formats, FormatTables.all) {
      let rows = try format.require("sections").elements.flatMap { try $0.require("fields").elements }
      #expect(rows.count == table.sections.reduce(0) { $0 + $1.rows.count })
      #expect(rows.allSatisfy { $0["meaning"]?.string?.isEmpty == false })
    }
  }

  @Test func aRefusalIsShownWithWhatIsAllowed() throws {
    let table = try #require(FormatTables.table("tokenizer.json"))
    #expect(FormatsRendering.text(table).contains("refused unless null or 0: merges left out at random"))
  }
}
