import CMCFastJSON
import CMCPrimitives
import Foundation
import TestSupport
import Testing

/// `cmc tokenize` as a program; ids and texts are the tokenizers library's own.
@Suite struct TokenizeCommandTests {
  private func tokenize(
    _ name: String, _ arguments: [String], input: [UInt8]? = nil, in folder: TemporaryFolder
  ) throws -> ProgramRun {
    try ProgramRun(["tokenize", "\(demoFolder)/\(name)"] + arguments, in: folder.path, input: input)
  }

  private func ids(_ line: some StringProtocol) -> [Int] { line.split(separator: " ").compactMap { Int($0) } }

  @Test(arguments: DemoTexts.names)
  func idsOfAFileAndOfStandardInputAreTheOriginals(name: String) throws {
    let folder = try TemporaryFolder()
    for answer in try DemoTexts.answers(name) {
      try folder.write("text", bytes: answer.text)
      for run in [
        try tokenize(name, ["--file", "text", "--ids"], in: folder),
        try tokenize(name, ["-", "--ids"], input: answer.text, in: folder),
        try tokenize(name, ["--ids"], input: answer.text, in: folder),
      ] {
        #expect(run.status == 0 && run.errors == "")
        #expect(run.output.last == "\n" && ids(run.output.dropLast()) == answer.ids)
      }
      let special = try tokenize(
        name, ["-", "--ids", "--special", "--parse-special"], input: answer.text, in: folder)
      #expect(ids(special.output.dropLast()) == answer.special)
      guard answer.isValid else { continue }
      let argument = try tokenize(
        name, ["--ids", "--", String(decoding: answer.text, as: UTF8.self)], in: folder)
      #expect(ids(argument.output.dropLast()) == answer.ids)
    }
  }

  /// What a tokenizer's files leave open is said here as by every command that reads them.
  @Test func notesOfTheFilesAreHeard() throws {
    let folder = try TemporaryFolder()
    try folder.write("v/tokenizer.json", bytes: try readFile(demoFolder + "/harbor/tokenizer.json"))
    try folder.write("v/tokenizer_config.json", #"{"tokenizer_class": "GemmaTokenizer"}"#)
    let run = try ProgramRun(["tokenize", "v", "boat", "--ids"], in: folder.path)
    #expect(run.status == 0 && run.errors.contains("tokenizer_class GemmaTokenizer"), "\(run.errors)")
    let quiet = try ProgramRun(["tokenize", "v", "boat", "--ids", "--quiet"], in: folder.path)
    #expect(quiet.output == run.output)
  }

  @Test(arguments: DemoTexts.names)
  func linesAreTextsOfTheirOwn(name: String) throws {
    let folder = try TemporaryFolder()
    let answers = try DemoTexts.answers(name)
    let lines = Array(answers.map(\.text).joined(separator: [0x0A]))
    for input in [lines, lines + [0x0A]] {
      let run = try tokenize(name, ["-", "--lines", "--ids"], input: input, in: folder)
      let rows = run.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      #expect(rows.map { ids($0) } == answers.map(\.ids))
    }
  }

  @Test(arguments: DemoTexts.names)
  func idsAreDecodedAsByTheOriginal(name: String) throws {
    let folder = try TemporaryFolder()
    let answers = try DemoTexts.answers(name)
    let lines = answers.map { $0.ids.map(String.init).joined(separator: " ") }
    for (line, answer) in zip(lines, answers) {
      let run = try tokenize(name, ["--decode", line], in: folder)
      #expect(run.status == 0 && run.output == answer.decoded + "\n")
      let root = try JSONDocument(
        Array(try tokenize(name, ["--decode", line, "--json"], in: folder).output.utf8)
      ).root
      #expect(root["version"]?.int == 1)
      #expect(root["ids"]?.elements.compactMap(\.int) == answer.ids)
      #expect(root["text"]?.string == answer.decoded)
    }
    let all = try tokenize(
      name, ["--decode", "-", "--lines"], input: Array(lines.joined(separator: "\n").utf8), in: folder)
    #expect(all.output == answers.map { $0.decoded + "\n" }.joined())
  }

  @Test(arguments: DemoTexts.names)
  func specialTokensAreDecodedByNameOnRequest(name: String) throws {
    let folder = try TemporaryFolder()
    let text = name == "harbor" ? "<s>a<|end|>" : "<|im_end|>a<|pad|>"
    let encoded = try tokenize(name, [text, "--ids", "--parse-special"], in: folder)
    let line = String(encoded.output.dropLast())
    let shown = try tokenize(name, ["--decode", line, "--special"], in: folder).output
    #expect(shown.filter { $0 != " " } == text + "\n")
    let plain = try tokenize(name, ["--decode", line], in: folder).output
    #expect(plain.filter { $0 != " " } == "a\n")
  }

  @Test(arguments: DemoTexts.names)
  func jsonPiecesAndTableSayTheSame(name: String) throws {
    let folder = try TemporaryFolder()
    for answer in try DemoTexts.answers(name) {
      let run = try tokenize(name, ["-", "--json"], input: answer.text, in: folder)
      #expect(run.output.filter { $0 == "\n" }.count == 1)
      let root = try JSONDocument(Array(run.output.utf8)).root
      #expect(root["version"]?.int == 1)
      #expect(root["ids"]?.elements.compactMap(\.int) == answer.ids)
      let pieces = try #require(root["pieces"]).elements.compactMap(\.string)
      let offsets = try #require(root["offsets"]).elements.map { $0.elements.compactMap(\.int) }
      #expect(pieces.count == answer.ids.count && offsets.count == answer.ids.count)
      // Tokens lie in the text one behind the other and leave nothing out.
      let starts = offsets.map { $0[0] }
      #expect(starts == starts.sorted() && starts.first == 0)
      #expect(offsets.last?[1] == answer.text.count)
      #expect(offsets.allSatisfy { $0.count == 2 && $0[0] <= $0[1] })
      #expect(zip(offsets, offsets.dropFirst()).allSatisfy { $1[0] <= $0[1] })
      let line = try tokenize(name, ["-", "--pieces"], input: answer.text, in: folder).output
      #expect(line == pieces.joined(separator: " ") + "\n")
      let table = try tokenize(name, ["-"], input: answer.text, in: folder).output.split(separator: "\n")
      #expect(table.count == pieces.count + 1 && table.last == "\(pieces.count) tokens")
      for (row, (id, piece)) in zip(table, zip(answer.ids, pieces)) {
        #expect(row.drop { $0 == " " }.hasPrefix("\(id)  \(piece)"))
      }
    }
  }

  @Test func bytesThatAreNoTextAreAnErrorOnRequest() throws {
    let folder = try TemporaryFolder()
    let text = Array("good ".utf8) + [0xC3, 0x28]
    let run = try tokenize("harbor", ["-", "--invalid", "error", "--ids"], input: text, in: folder)
    #expect(run.status == 1 && run.output == "")
    #expect(run.errors.hasPrefix("cmc: standard input: ") && run.errors.contains("byte 5"))
    try folder.write("bad", bytes: text)
    let file = try tokenize("harbor", ["--file", "bad", "--invalid", "error"], in: folder)
    #expect(file.status == 1 && file.errors.hasPrefix("cmc: bad: ") && file.errors.contains("byte 5"))
  }

  @Test func whatCannotBeDoneIsOneLine() throws {
    let folder = try TemporaryFolder()
    for (arguments, part) in [
      (["--file", "no/such"], "no/such: "), (["--file", folder.path], folder.path),
      (["--decode", "1 x 2"], "'x' is not an id"), (["--decode", "5 99999"], "id 99999 at place 1"),
      (["--decode", "-1"], "-1"),
    ] {
      let run = try tokenize("harbor", arguments, in: folder)
      #expect(run.status == 1 || run.status == 64, "\(arguments)")
      #expect(run.output == "", "\(arguments)")
      #expect(run.errors.contains(part), "\(run.errors)")
      if run.status == 1 { #expect(run.errors.filter { $0 == "\n" }.count == 1, "\(run.errors)") }
    }
  }

  @Test func wrongUsageIsExitCode64() throws {
    let folder = try TemporaryFolder()
    for arguments in [
      ["text", "--file", "f"], ["text", "--ids", "--pieces"], ["1", "--decode", "--ids"],
      ["text", "--lines"], ["1", "--decode", "--parse-special"], ["text", "--invalid", "ignore"],
    ] {
      #expect(try tokenize("harbor", arguments, in: folder).status == 64, "\(arguments)")
    }
  }

  @Test(arguments: ["normalizer", "pre_tokenizer", "decoder", "post_processor", "model"])
  func aPartThatIsNotKnownIsNamed(part: String) throws {
    let folder = try TemporaryFolder()
    let path = "\(demoFolder)/meadow/tokenizer.json"
    var root = try #require(
      JSONSerialization.jsonObject(with: Data(try readFile(path))) as? [String: Any])
    var unknown = root[part] as? [String: Any] ?? [:]
    unknown["type"] = "Frobnicate"
    root[part] = unknown
    try folder.write(
      "odd/tokenizer.json", bytes: Array(try JSONSerialization.data(withJSONObject: root)))
    let run = try ProgramRun(["tokenize", "odd", "text"], in: folder.path)
    #expect(run.status == 1 && run.output == "", "\(run.output)")
    #expect(run.errors.contains("Frobnicate") && run.errors.contains("odd"), "\(run.errors)")
    #expect(run.errors.filter { $0 == "\n" }.count == 1)
  }
}
