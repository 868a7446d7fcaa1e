import CMCAlignment
import CMCFastJSON
import CMCPrimitives
import CMCTokenMapFormats
import Foundation
import TestSupport
import Testing

@testable import CMCCommands

/// `cmc coverage` as a program.
@Suite struct CoverageCommandTests {
  private static let harbor = "\(demoFolder)/harbor"
  private static let meadow = "\(demoFolder)/meadow"
  private static let both = ["--source", harbor, "--target", meadow]

  /// A folder with the map of the demonstration.
  private func folderWithMap() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let run = try ProgramRun(
      ["align", "\(demoFolder)/harbor", "\(demoFolder)/meadow", "-q", "-o", "map.json"], in: folder.path)
    #expect(run.status == 0, "\(run.errors)")
    return folder
  }

  private func json(_ run: ProgramRun) throws -> JSONValue {
    #expect(run.status == 0, "\(run.errors)")
    return try JSONDocument(Array(run.output.utf8)).root
  }

  @Test func sharesAreThoseOfTheOriginalsTokens() throws {
    let folder = try folderWithMap()
    let (source, target) = (try DemoTexts.answers("harbor"), try DemoTexts.answers("meadow"))
    let lines = Array(source.map(\.text).joined(separator: [0x0A]))
    try folder.write("corpus.txt", bytes: lines)
    let root = try json(
      ProgramRun(
        ["coverage", "map.json", "--corpus", "corpus.txt", "--lines", "--json", "--top", "5000"] + Self.both,
        in: folder.path))
    #expect(root["schema"]?.string == "cmc.coverage" && root["version"]?.int == 1)
    #expect(root["unit"]?.string == "line")
    let total = try #require(root["total"])
    let map = try TokenMapReader.read(folder.path("map.json"))
    // The naive count over the ids that the tokenizers library gives.
    let ids = source.flatMap(\.ids)
    var counts: [String: Int] = [:]
    for id in ids { counts[map.methods[id].name, default: 0] += 1 }
    #expect(counts.count > 2)
    #expect(total["tokens"]?["tokens"]?.int == ids.count)
    #expect(total["tokens"]?["distinct"]?.int == Set(ids).count)
    #expect(total["target_encoding"]?["tokens"]?.int == target.flatMap(\.ids).count)
    for method in ["exact", "prefix", "role", "override", "edit", "retokenized", "imported", "unmatched"] {
      #expect(total["methods"]?[method]?["tokens"]?.int == counts[method] ?? 0, "\(method)")
    }
    #expect(total["texts"]?.int == source.count)
    #expect(total["invalid_texts"]?.int == source.count { !$0.isValid })
    for (key, answers) in [("source_encoding", source), ("target_encoding", target)] {
      let changed = answers.count { $0.decoded != String(decoding: $0.text, as: UTF8.self) }
      #expect(total[key]?["changed_texts"]?.int == changed, "\(key)")
    }
    let unmatched = try #require(total["unmatched"]).elements
    let expected = Dictionary(ids.filter { map.ids[$0] < 0 }.map { ($0, 1) }, uniquingKeysWith: +)
    #expect(!expected.isEmpty && unmatched.count == expected.count)
    for token in unmatched {
      #expect(expected[try #require(token["id"]?.int)] == token["tokens"]?.int)
      #expect(token["example"]?["text"]?.string?.isEmpty == false)
    }
  }

  @Test func theSameForEveryNumberOfThreadsAndOneRowAFile() throws {
    let folder = try folderWithMap()
    let line = "the harbour lay quiet, Ελληνικά и текст 日本語 हिन्दी 👍\n"
    try folder.write("one.txt", String(repeating: line, count: 3000))
    try folder.write("two.txt", String(repeating: "plain words only\n\n", count: 500))
    let arguments = ["coverage", "map.json", "--corpus", "one.txt", "two.txt"] + Self.both
    var outputs = Set<String>()
    for threads in ["1", "2", "7"] {
      let run = try ProgramRun(arguments + ["--json", "--threads", threads], in: folder.path)
      #expect(run.status == 0 && run.errors == "")
      outputs.insert(run.output)
    }
    #expect(outputs.count == 1)
    let root = try JSONDocument(Array(try #require(outputs.first).utf8)).root
    let domains = try #require(root["domains"]).elements
    #expect(domains.map { $0["name"]?.string } == ["one.txt", "two.txt"])
    #expect(domains[0]["bytes"]?.int == 3000 * line.utf8.count)
    #expect(root["total"]?["bytes"]?.int == 3000 * line.utf8.count + 500 * 18)
    let table = try ProgramRun(arguments, in: folder.path).output
    for part in ["one.txt", "two.txt", "exact", "unmatched", "tokens/byte", "Greek", "⟦"] {
      #expect(table.contains(part), "\(part)")
    }
  }

  @Test func standardInputIsACorpus() throws {
    let folder = try folderWithMap()
    let run = try ProgramRun(
      ["coverage", "map.json", "--corpus", "-", "--json"] + Self.both, in: folder.path,
      input: Array("some words\n".utf8))
    #expect(try json(run)["domains"]?.elements.first?["name"]?.string == "standard input")
  }

  @Test func tokenizersAreFoundByTheNamesInTheMap() throws {
    let folder = try folderWithMap()
    try folder.write("c.txt", "some words\n")
    for name in ["harbor", "meadow"] {
      try FileManager.default.copyItem(atPath: "\(demoFolder)/\(name)", toPath: folder.path(name))
    }
    let run = try ProgramRun(["coverage", "map.json", "--corpus", "c.txt"], in: folder.path)
    #expect(run.status == 0, "\(run.errors)")
    // One of the same name with another vocabulary is not taken.
    try FileManager.default.removeItem(atPath: folder.path("harbor"))
    try FileManager.default.copyItem(atPath: Self.meadow, toPath: folder.path("harbor"))
    let other = try ProgramRun(["coverage", "map.json", "--corpus", "c.txt"], in: folder.path)
    #expect(other.status == 1 && other.errors.contains("--source"))
  }

  @Test func whatIsMissingOrWrongIsNamedWithItsOption() throws {
    let folder = try folderWithMap()
    try folder.write("c.txt", "some words\n")
    try folder.write("bad.txt", bytes: Array("fine\nnot ".utf8) + [0xFF])
    let npy = try ProgramRun(["map", "convert", "map.json", "-o", "map.npy", "-q"], in: folder.path)
    #expect(npy.status == 0, "\(npy.errors)")
    let corpus = ["--corpus", "c.txt"]
    for (arguments, parts) in [
      (["map.json"] + corpus, ["map.json", "'harbor'", "--source"]),
      (["map.json", "--source", Self.harbor] + corpus, ["'meadow'", "--target"]),
      (
        ["map.json", "--source", Self.meadow, "--target", Self.harbor] + corpus,
        ["exchange --source and --target"]
      ),
      (["map.json", "--source", Self.harbor, "--target", Self.harbor] + corpus, ["other side"]),
      (["map.npy"] + corpus, ["map.npy", "--source"]),
      (["map.npy", "--source", Self.meadow, "--target", Self.harbor] + corpus, ["map.npy"]),
      (["map.json", "--corpus", "no/such"] + Self.both, ["no/such"]),
      (["map.json", "--corpus", folder.path] + Self.both, [folder.path]),
      (["no/map", "--corpus", "c.txt"] + Self.both, ["no/map"]),
      (["map.json", "--corpus", "bad.txt", "--invalid", "error"] + Self.both, ["bad.txt", "byte 9"]),
    ] {
      let run = try ProgramRun(["coverage"] + arguments, in: folder.path)
      #expect(run.status == 1, "\(arguments)")
      #expect(run.output == "")
      for part in parts { #expect(run.errors.contains(part), "\(run.errors)") }
      #expect(run.errors.split(separator: "\n").count { !$0.hasPrefix("cmc: note: ") } == 1, "\(run.errors)")
    }
    for arguments in [
      ["map.json"], ["map.json", "--corpus", "-", "-"], ["map.json", "--corpus", "c", "--top", "-1"],
      ["map.json", "--corpus", "c", "--threads", "0"], ["--corpus"],
    ] {
      #expect(try ProgramRun(["coverage"] + arguments, in: folder.path).status == 64, "\(arguments)")
    }
  }

  @Test func aMapWithoutFingerprintsIsTakenWithANote() throws {
    let folder = try folderWithMap()
    try folder.write("c.txt", "the harbour lay quiet\n")
    #expect(try ProgramRun(["map", "convert", "map.json", "-o", "m.npy", "-q"], in: folder.path).status == 0)
    let run = try ProgramRun(
      ["coverage", "m.npy", "--corpus", "c.txt", "--json"] + Self.both, in: folder.path)
    let own = try ProgramRun(
      ["coverage", "map.json", "--corpus", "c.txt", "--json"] + Self.both, in: folder.path)
    #expect(
      try json(run)["total"]?["matched"]?["tokens"]?.int
        == json(own)["total"]?["matched"]?["tokens"]?.int)
  }

  @Test func invalidTextAndLongLinesAreSaid() throws {
    let folder = try folderWithMap()
    try folder.write("bad.txt", bytes: Array("fine\nnot ".utf8) + [0xFF, 0x20, 0xFE, 0x0A])
    try folder.write("long.txt", String(repeating: "word ", count: 30_000))
    let run = try ProgramRun(
      ["coverage", "map.json", "--corpus", "bad.txt", "long.txt", "--lines"] + Self.both, in: folder.path)
    #expect(run.status == 0)
    #expect(run.output.contains("2 parts of 1 line are not UTF-8"))
    #expect(run.errors.contains("cmc: note: long.txt: 1 line longer than 65536 bytes"))
  }

  @Test func anEmptyCorpusHasNoShares() throws {
    let folder = try folderWithMap()
    try folder.write("empty.txt", "")
    let root = try json(
      ProgramRun(["coverage", "map.json", "--corpus", "empty.txt", "--json"] + Self.both, in: folder.path))
    #expect(root["total"]?["texts"]?.int == 0)
    #expect(root["total"]?["matched"]?["token_share"]?.isNull == true)
    #expect(
      try ProgramRun(["coverage", "map.json", "--corpus", "empty.txt"] + Self.both, in: folder.path).status
        == 0)
  }
}
