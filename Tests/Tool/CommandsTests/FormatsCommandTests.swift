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

  /// The article on adding a family shows the file of one, whole.
  @Test func theExampleOfAFamilyIsItsFile() throws {
    let file = RealData.checkout + "/Sources/Models/LanguageModel/Architectures/OLMo2.swift"
    let source = String(decoding: try readFile(file), as: UTF8.self)
    let start = try #require(source.range(of: "extension ModelArchitecture"))
    let article = String(decoding: try readFile("\(Self.articles)/AddAModelFamily.md"), as: UTF8.self)
    #expect(article.contains("```swift\n\(source[start.lowerBound...])```"))
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

  /// Of each family what it is read from and whether it can be trained; what cannot says why.
  @Test func everyFamilyIsListed() throws {
    let root = try JSONDocument(Array(try FamiliesRendering.json().utf8)).root
    let families = try root.require("families").elements
    let names = families.compactMap { $0["name"]?.string }
    #expect(names.first == "llama")
    #expect(Set(names).count == names.count && names.count == families.count)
    func family(_ name: String) throws -> JSONValue {
      try #require(families.first { $0["name"]?.string == name })
    }
    for family in families {
      #expect((family["trainable"]?.bool == false) == (family["not_trainable_because"] != nil))
      #expect(family["options"]?.elements.isEmpty == false)
    }
    #expect(
      try family("llama")["containers"]?.elements.compactMap(\.string) == ["safetensors", "GGUF", "llama2.c"])
    #expect(try family("granite")["options"]?.elements.contains { $0.string == "logits_scaling" } == true)
    #expect(try family("gemma")["trainable"]?.bool == true)
    #expect(try family("olmo2")["not_trainable_because"]?.string?.contains("norms outputs alone") == true)
    let text = try FamiliesRendering.text()
    #expect(text.contains("olmo2 (OLMo 2)\n  files:   safetensors, GGUF; Olmo2ForCausalLM\n"))
  }

  @Test func aRefusalIsShownWithWhatIsAllowed() throws {
    let table = try #require(FormatTables.table("tokenizer.json"))
    #expect(FormatsRendering.text(table).contains("refused unless null or 0: merges left out at random"))
  }

  @Test(arguments: [nil, "config.json", "models", "differences"])
  func oneLineAndTheTerminalsWidth(name: String?) throws {
    let folder = try TemporaryFolder()
    let call = ["formats"] + (name.map { [$0] } ?? [])
    let quiet = try ProgramRun(call + ["-q"], in: folder.path)
    #expect(quiet.status == 0 && quiet.output.count { $0 == "\n" } == 1, "\(quiet.output.prefix(200))")
    let wide = try ProgramRun(call, in: folder.path).output
    let narrow = try ProgramRun(call, in: folder.path, environment: ["COLUMNS": "60"]).output
    // No word is lost, and no line is longer but by a word that fits nowhere.
    #expect(narrow.split(whereSeparator: \.isWhitespace) == wide.split(whereSeparator: \.isWhitespace))
    for line in narrow.split(separator: "\n") where line.count > 60 {
      #expect(line.split(separator: " ").contains { $0.count > 30 }, "\(line)")
    }
  }
}
