import CMCPrimitives
import Foundation
import TestSupport
import Testing

/// A note on a file is told once in a run, however often the file is read, and says which file it is about.
@Suite struct NotesOnceTests {
  let folder: TemporaryFolder

  /// Two models of one name, whose files disagree on where generation stops.
  init() throws {
    folder = try TemporaryFolder()
    for place in ["x/m", "y/m"] {
      for name in ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"] {
        try folder.write("\(place)/\(name)", bytes: try readFile(demoFolder + "/models/base-one/\(name)"))
      }
      try folder.write(
        "\(place)/generation_config.json", #"{"eos_token_id": [1298], "repetition_penalty": 1.5}"#)
    }
  }

  private func notes(_ arguments: [String]) throws -> [String] {
    let run = try ProgramRun(arguments, in: folder.path)
    #expect(run.status == 0, "\(run.errors)")
    return run.errors.split(separator: "\n").map(String.init).filter { $0.hasPrefix("cmc: note: ") }
  }

  private static let texts = [
    "generation_config.json: repetition_penalty is 1.5",
    "where generation stops: generation_config.json says [1298]",
    "Files disagree on the eos token",
  ]
  private static let other = demoFolder + "/models/base-two"

  @Test(arguments: [
    ["generate", "--user", "x/m", "--delta", "x/m", "--prompt", "a", "--max-tokens", "2"],
    ["generate", "--user", "x/m", "--delta", other, "--prompt", "a", "--max-tokens", "2"],
    ["sweep", "--user", "x/m", "--delta", other, "--prompt", "a", "--max-tokens", "2", "--alphas", "0,1"],
    ["verify", "--user", "x/m", "--delta", other],
    [
      "generate", "--user", "x/m", "--expert", "x/m", "--anti-expert", "x/m", "--prompt", "a", "--max-tokens",
      "2",
    ],
  ])
  func eachNoteOnce(arguments: [String]) throws {
    let notes = try notes(arguments)
    for text in Self.texts {
      #expect(notes.filter { $0.hasPrefix("cmc: note: m: \(text)") }.count == 1, "\(notes)")
    }
    #expect(Set(notes).count == notes.count)
  }

  @Test func twoFilesOfOneNameAreToldApart() throws {
    let notes = try notes([
      "generate", "--user", "x/m", "--delta", "y/m", "--prompt", "a", "--max-tokens", "2",
    ])
    for text in Self.texts {
      #expect(notes.filter { $0.hasPrefix("cmc: note: m: \(text)") }.count == 1, "\(notes)")
      #expect(
        notes.filter { $0.hasPrefix("cmc: note: y/m/") && $0.contains(": \(text)") }.count == 1, "\(notes)")
    }
  }
}
