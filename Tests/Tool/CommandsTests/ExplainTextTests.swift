import CMCAlignment
import CMCFastJSON
import CMCPrimitives
import CMCTokenMapFormats
import Foundation
import TestSupport
import Testing

@testable import CMCCommands

/// `cmc explain --text` as a program.
@Suite struct ExplainTextTests {
  private static let pair = ["\(demoFolder)/harbor", "\(demoFolder)/meadow"]

  private func explain(_ arguments: [String], environment: [String: String] = [:]) throws -> ProgramRun {
    let folder = try TemporaryFolder()
    return try ProgramRun(["explain"] + Self.pair + arguments, in: folder.path, environment: environment)
  }

  @Test func bothEncodingsAreTheOriginalsAndMarksTheMaps() throws {
    let folder = try TemporaryFolder()
    #expect(
      try ProgramRun(
        ["align", "\(demoFolder)/harbor", "\(demoFolder)/meadow", "-q", "-o", "map.json"], in: folder.path
      ).status == 0)
    let map = try TokenMapReader.read(folder.path("map.json"))
    let answers = zip(try DemoTexts.answers("harbor"), try DemoTexts.answers("meadow"))
    for (source, target) in answers where source.isValid {
      let text = String(decoding: source.text, as: UTF8.self)
      let run = try explain(["--text", text, "--json"])
      #expect(run.status == 0, "\(run.errors)")
      let root = try JSONDocument(Array(run.output.utf8)).root
      #expect(root["schema"]?.string == "cmc.explain-text" && root["version"]?.int == 1)
      #expect(root["text"]?.string == text)
      let tokens = try #require(root["source"]?["tokens"]).elements
      #expect(tokens.compactMap { $0["id"]?.int } == source.ids)
      #expect(root["target"]?["tokens"]?.elements.compactMap { $0["id"]?.int } == target.ids)
      for token in tokens {
        let id = try #require(token["id"]?.int)
        let mark = try #require(token["mark"]?.string)
        #expect(mark == map.methods[id].name || (map.methods[id] == .prefix && mark.hasPrefix("prefix-")))
        #expect(token["targets"]?.elements.first?.int == (map.ids[id] < 0 ? nil : Int(map.ids[id])))
      }
    }
  }

  @Test func outsideOfATerminalThereAreSignsAndNoColour() throws {
    for environment in [[:], ["NO_COLOR": "1"]] {
      let run = try explain(["--text", "the harbour Ελληνικά"], environment: environment)
      #expect(run.status == 0 && run.errors == "")
      #expect(!run.output.contains("\u{1B}"))
      #expect(run.output.contains("×") && run.output.contains("=") && run.output.contains("unmatched"))
    }
  }

  /// The program on a terminal of its own, by util-linux's `script`.
  private func onTerminal(_ environment: [String: String]) throws -> String {
    let folder = try TemporaryFolder()
    let command = ([ProgramRun.program, "explain"] + Self.pair + ["--text", "the"]).map { "'\($0)'" }
    let run = try ProgramRun(
      ["-qec", command.joined(separator: " "), "/dev/null"], in: folder.path, program: "/usr/bin/script",
      environment: environment)
    #expect(run.status == 0, "\(run.errors)")
    return run.output
  }

  @Test(.enabled(if: fileExists("/usr/bin/script"), "install util-linux's script"))
  func onATerminalThereIsColourUnlessRefused() throws {
    #expect(try onTerminal([:]).contains("\u{1B}[32m"))
    #expect(try onTerminal(["NO_COLOR": ""]).contains("\u{1B}[32m"))
    #expect(!(try onTerminal(["NO_COLOR": "1"]).contains("\u{1B}[")))
  }

  @Test func specialTokensAreParsedOnRequest() throws {
    let plain = try explain(["--text", "<|end|>"])
    #expect(!plain.output.contains("2402"))
    let parsed = try explain(["--text", "<|end|>", "--parse-special"])
    #expect(parsed.output.contains("@<|end|>") && parsed.output.contains("<|im_end|>"))
  }

  @Test func anEmptyTextHasNoTokens() throws {
    let run = try explain(["--text", ""])
    #expect(run.status == 0 && run.output.contains("0 tokens"))
  }

  @Test func oneThingIsExplained() throws {
    for arguments in [
      ["a", "--text", "b"], ["--id", "3", "--text", "b"], ["a", "--parse-special"], [],
    ] {
      #expect(try explain(arguments).status == 64, "\(arguments)")
    }
  }
}
