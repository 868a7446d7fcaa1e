import CMCFastJSON
import CMCFieldTables
import CMCPrimitives
import Foundation
import TestSupport
import Testing

@testable import CMCCommands

/// What is printed of the tables of fields, and what stands in the documentation.
@Suite struct FormatsCommandTests {
  private static let articles =
    RealData.checkout + "/Sources/CrossModelControl/CrossModelControl.docc/Articles"

  /// The articles are made from the tables: `CMC_RECORD=1` writes them anew.
  @Test(arguments: [
    ("FieldsOfEveryFormat.md", FormatsRendering.article()),
    ("DeliberateDifferences.md", DifferencesRendering.article()),
  ])
  func theArticlesAreMadeFromTheTables(name: String, wanted: String) throws {
    let article = "\(Self.articles)/\(name)"
    if ProcessInfo.processInfo.environment["CMC_RECORD"] != nil {
      try AtomicFile.write(Array(wanted.utf8), to: article)
      Issue.record("written anew; look at the difference")
    }
    #expect(String(decoding: try readFile(article), as: UTF8.self) == wanted)
  }

  /// Each entry has an example that a script runs, and only entries have.
  @Test func everyDifferenceIsRunAgainstItsLibrary() throws {
    let names = KnownDifference.all.map(\.name)
    #expect(Set(names).count == names.count)
    let script = String(
      decoding: try readFile(RealData.checkout + "/Tests/Scripts/compare_differences.py"), as: UTF8.self)
    for name in names { #expect(script.contains("@difference(\"\(name)\")"), "\(name)") }
    #expect(script.components(separatedBy: "@difference(\"").count == names.count + 1)
    let root = try JSONDocument(Array(DifferencesRendering.json().utf8)).root
    #expect(try root.require("differences").elements.compactMap { $0["name"]?.string } == names)
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
