import CMCFastJSON
import CMCPrimitives
import Foundation
import TestSupport
import Testing

/// Coverage and atlas in parts, of compressed files and fields, and gone on with after being killed.
@Suite struct ShardedCoverageTests {
  let fixture: ShardFixture

  init() throws {
    fixture = try ShardFixture()
    try makeDirectory(fixture.folder.path("c"))
    // Plain, empty, with long lines, not all UTF-8: of every file the first unmatched token is another.
    for number in 0..<9 {
      var bytes: [UInt8] = []
      for line in 0..<(number * 60) {
        bytes += Array("line \(line) of \(number), Ελληνικά \(number) и текст 日本\(line % 7) 👍\n".utf8)
        if line == 50 { bytes += [0xFF, 0x0A] }
      }
      if number == 5 { bytes += Array(String(repeating: "long ", count: 20_000).utf8) }
      try fixture.folder.write("c/\(number).txt", bytes: bytes)
    }
    try fixture.succeed(["align", demoFolder + "/harbor", demoFolder + "/meadow", "-q", "-o", "map.json"])
  }

  private let files = (0..<9).map { "c/\($0).txt" }
  private var coverage: [String] {
    [
      "coverage", "map.json", "--source", demoFolder + "/harbor", "--target", demoFolder + "/meadow", "--top",
      "50",
    ]
      + ["--threads", "1", "--corpus"]
  }

  @Test func countsAreThoseOfOneRun() throws {
    let printed = try fixture.succeed(coverage + files + ["--json"]).output
    try fixture.succeed(coverage + files + ["-o", "whole.json"])
    #expect(try fixture.read("whole.json") == Array(printed.utf8))
    #expect(!fixture.exists("whole.json.part") && !fixture.exists("whole.json.part.counts"))
    let parts = try fixture.parts(coverage + files)
    let merged = try fixture.succeed(["merge", "merged.json"] + parts)
    #expect(merged.output.hasPrefix("merged.json: map.json: ") && merged.output.contains("of 7 shards"))
    #expect(try fixture.read("merged.json") == Array(printed.utf8))
    // More shards than files, and one alone.
    try fixture.succeed(["merge", "many.json"] + fixture.parts(coverage + files, "many", of: 11))
    #expect(try fixture.read("many.json") == Array(printed.utf8))
    try fixture.succeed(["merge", "one.json"] + fixture.parts(coverage + files, "one", of: 1))
    #expect(try fixture.read("one.json") == Array(printed.utf8))
    // What a shard shows is of its own files, again when it is finished already.
    let shard = coverage + files + ["--shard", "1/2", "-o", "half", "--json"]
    let shown = try fixture.succeed(shard).output
    let root = try JSONDocument(Array(shown.utf8)).root
    #expect(
      root["domains"]?.elements.map { $0["name"]?.string } == ["c/1.txt", "c/3.txt", "c/5.txt", "c/7.txt"])
    let again = try fixture.succeed(shard)
    #expect(again.output == shown && again.errors.contains("finished already"))
  }

  /// What stands behind the corpus's names and sizes: that it was read from other files does not show there.
  private func figures(_ json: String) throws -> Substring {
    json[try #require(json.firstRange(of: "\"total\":")).lowerBound...]
  }

  @Test func whatIsCompressedIsReadAsWhatItWas() throws {
    for name in files {
      let path = fixture.folder.path(name)
      for command in [["gzip", "-k", path], ["zstd", "-q", path]] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
      }
    }
    let plain = try figures(fixture.succeed(coverage + files + ["--json"]).output)
    for suffix in ["gz", "zst"] {
      let packed = try fixture.succeed(coverage + files.map { "\($0).\(suffix)" } + ["--json"]).output
      #expect(try figures(packed.replacingOccurrences(of: ".txt.\(suffix)", with: ".txt")) == plain)
    }
    // On standard input as well, told by content.
    let piped = try ProgramRun(
      coverage + ["-", "--json"], in: fixture.folder.path, input: try fixture.read("c/8.txt.gz"))
    let unpiped = try ProgramRun(
      coverage + ["-", "--json"], in: fixture.folder.path, input: try fixture.read("c/8.txt"))
    #expect(piped.status == 0 && piped.output == unpiped.output)
    // What is cut off is an error with its name.
    try fixture.folder.write("cut.gz", bytes: Array(try fixture.read("c/8.txt.gz").dropLast(9)))
    let cut = try fixture.run(coverage + ["cut.gz"])
    #expect(cut.status == 1 && cut.errors.contains("cut.gz: the gzip data ends too early"), "\(cut.errors)")
  }

  /// Files of JSON lines with the texts of the plain ones, a record a line.
  private func records() throws -> [String] {
    for number in 0..<9 {
      let lines = try fixture.read("c/\(number).txt").split(separator: 0x0A).map {
        String(decoding: $0, as: UTF8.self)
      }
      try fixture.folder.write("c/\(number).lines", lines.map { $0 + "\n" }.joined())
      var records = ""
      for line in lines {
        var json = JSONWriter(.compact)
        json.object { json in
          json.member("id", 1)
          json.key("document")
          json.object { $0.member("body", line) }
        }
        records += String(decoding: json.bytes, as: UTF8.self) + "\n"
      }
      try fixture.folder.write("c/\(number).jsonl", records)
    }
    return (0..<9).map { "c/\($0).jsonl" }
  }

  @Test func aFieldIsTheTextOfItsLine() throws {
    let records = try records()
    let lines = try fixture.succeed(coverage + (0..<9).map { "c/\($0).lines" } + ["--lines", "--json"]).output
    let fields = try fixture.succeed(coverage + records + ["--lines", "--json", "--field", "document.body"])
      .output
    #expect(try figures(fields.replacingOccurrences(of: ".jsonl", with: ".lines")) == figures(lines))
    try fixture.succeed(
      ["merge", "merged.json"] + fixture.parts(coverage + records + ["--field", "document.body"]))
    let whole = try fixture.succeed(coverage + records + ["--json", "--field", "document.body"]).output
    #expect(try fixture.read("merged.json") == Array(whole.utf8))
    // Records without a text are counted and told; a field that is nowhere, and what is no record, are errors.
    try fixture.folder.write(
      "some.jsonl", #"{"text": "a b"}"# + "\n\n" + #"{"text": null}"# + "\n" + #"{"other": 1}"#)
    let some = try fixture.succeed(coverage + ["some.jsonl", "--field", "text", "--json"])
    #expect(try JSONDocument(Array(some.output.utf8)).root["total"]?["records_left_out"]?.int == 2)
    #expect(
      some.errors.contains("2 records have no text in \"text\" and are left out, the first in line 3"),
      "\(some.errors)")
    let nowhere = try fixture.run(coverage + records + ["--field", "text"])
    #expect(nowhere.status == 1 && nowhere.errors.contains("has a text in \"text\""), "\(nowhere.errors)")
    try fixture.folder.write("bad.jsonl", #"{"text": "a"}"# + "\n" + #"{"text": "#)
    let bad = try fixture.run(coverage + ["bad.jsonl", "--field", "text"])
    #expect(bad.status == 1 && bad.errors.contains("bad.jsonl: line 2 is no record"), "\(bad.errors)")
  }

  @Test func aKilledCountGoesOn() throws {
    var big: [UInt8] = []
    let text = try fixture.read("c/8.txt")
    while big.count < 24 << 20 { big += text }
    try fixture.folder.write("big.txt", bytes: big)
    let command = coverage + ["c/1.txt", "big.txt", "c/2.txt"]
    try fixture.succeed(command + ["-o", "whole.json", "-q"])
    let arguments = command + ["-o", "killed.json", "-q"]
    // Asked to end, it keeps its place in the middle of a file.
    let program = try RunningProgram(arguments, in: fixture.folder.path)
    program.wait { fixture.lines("killed.json.part") >= 2 }
    usleep(400_000)
    #expect(program.end(by: SIGTERM) == 143)
    try #require(!fixture.exists("killed.json") && fixture.exists("killed.json.part.counts"))
    let saved = try JSONDocument(fixture.read("killed.json.part.counts")).root
    #expect(saved["done"]?.int == 1 && saved["position"]?["text"]?["offset"]?.int ?? 0 > 0)
    // Another's counts are not gone on with; nor is it gone on with another corpus.
    let other = try fixture.run(coverage + ["c/1.txt", "big.txt", "c/3.txt", "-o", "killed.json"])
    #expect(other.status == 1 && other.errors.contains("another corpus[c/"), "\(other.errors)")
    // Asked to end once more, it keeps its place again, in the file of the process before.
    let again = try RunningProgram(arguments, in: fixture.folder.path)
    usleep(700_000)
    #expect(again.end(by: SIGTERM) == 143)
    let later = try JSONDocument(fixture.read("killed.json.part.counts")).root["position"]?["text"]?["offset"]
    #expect(later?.int ?? 0 > saved["position"]?["text"]?["offset"]?.int ?? 0)
    // Killed, it goes on from there; what was counted behind is counted anew, once.
    let second = try RunningProgram(arguments, in: fixture.folder.path)
    usleep(700_000)
    _ = second.end(by: SIGKILL)
    let resumed = try fixture.run(command + ["-o", "killed.json"])
    #expect(
      resumed.status == 0 && resumed.errors.contains("1 of 3 files are counted already, and"),
      "\(resumed.errors)")
    #expect(try fixture.read("killed.json") == fixture.read("whole.json"))
    #expect(!fixture.exists("killed.json.part.counts") && !fixture.exists("killed.json.part"))
  }

  @Test func anAtlasIsThatOfOneRun() throws {
    let names = ["harbor", "meadow", "estuary"].map { demoFolder + "/" + $0 }.filter(fileExists)
    let members = names + names.prefix(2).map { "again \($0.split(separator: "/").last ?? "")=\($0)" }
    let atlas = ["atlas"] + members + ["--threads", "1"]
    try fixture.succeed(atlas + ["-o", "whole"])
    let parts = try fixture.parts(atlas)
    try fixture.succeed(["merge", "merged"] + parts)
    for suffix in [".html", ".json"] {
      #expect(try fixture.read("merged" + suffix) == fixture.read("whole" + suffix))
    }
    #expect(!fixture.exists("Reports"))
    // Where no place was given, that of another atlas is not taken: of other vocabularies, names or order.
    for more in [members, members.reversed(), names, members, members.reversed(), names] {
      try fixture.succeed(["atlas", "--threads", "1", "-q"] + more)
    }
    let made = try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path("Reports"))
    #expect(made.count == 6 && made.contains("atlas.json") && made.contains("atlas.html"), "\(made)")
    #expect(try fixture.read("Reports/atlas.json") == fixture.read("whole.json"))
    #expect(try fixture.read("Reports/atlas.html") == fixture.read("whole.html"))
    // Where one was, nothing is replaced, the page neither.
    for more in [members.reversed(), names] {
      let refused = try fixture.run(["atlas", "--threads", "1", "-q", "-o", "whole"] + more)
      #expect(
        refused.status == 1 && refused.errors.contains(": holds such a result of other inputs"))
    }
    #expect(try fixture.read("whole.html") == fixture.read("Reports/atlas.html"))
    // Vocabularies in another order are another atlas.
    try fixture.succeed(["atlas"] + members.reversed() + ["--shard", "0/7", "-o", "other", "-q"])
    let other = try fixture.run(["merge", "out", "other"] + parts.dropLast())
    #expect(other.status == 1 && other.errors.contains("is a shard of another run than"), "\(other.errors)")
    // A shard that was cut off goes on.
    let part = try #require(parts.first)
    let bytes = try fixture.read(part)
    try fixture.succeed(atlas + ["--shard", "6/7", "-o", "anew", "-q"])
    #expect(try fixture.read("anew") == bytes)
  }
}
