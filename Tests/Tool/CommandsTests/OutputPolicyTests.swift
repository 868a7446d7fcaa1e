import CMCFastJSON
import CMCPrimitives
import Foundation
import TestSupport
import Testing

/// What commands may write over: what this program made; what others made with `--force`; an input never.
@Suite struct OutputPolicyTests {
  let folder: TemporaryFolder
  private let source = demoFolder + "/models/base-one/tokenizer.json"
  private let target = demoFolder + "/models/base-two/tokenizer.json"

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("a.json", bytes: try readFile(source))
    try folder.write("b.json", bytes: try readFile(target))
  }

  private func cmc(_ arguments: [String]) throws -> ProgramRun {
    try ProgramRun(arguments, in: folder.path)
  }

  private func align(_ more: String...) throws -> ProgramRun {
    try cmc(["align", "a.json", "b.json", "-q"] + more)
  }

  @Test func whatThisProgramMadeIsReplaced() throws {
    for _ in 0..<2 {
      let run = try align("-o", "map.json", "--report", "map.html")
      #expect(run.status == 0, "\(run.errors)")
    }
  }

  /// A file beyond the limit of the system is an error, as a full disk is, and leaves nothing.
  @Test func aLimitOfTheSystemIsSaid() throws {
    let run = try ProgramRun(
      [
        "-c", "ulimit -f 10; exec \"$0\" \"$@\"", ProgramRun.program, "align", "a.json", "b.json", "-q", "-o",
        "map.json",
      ],
      in: folder.path, program: "/bin/bash")
    #expect(run.status == 1 && run.errors.contains("map.json"), "\(run.errors)")
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(!left.contains { $0.hasPrefix("map.json") }, "\(left)")
  }

  /// The map alone, as it would be in a file.
  @Test func aDashIsStandardOutput() throws {
    let run = try align("-o", "-")
    #expect(run.status == 0 && run.errors == "", "\(run.errors)")
    #expect(try align("-o", "map.json").status == 0)
    #expect(try Array(run.output.utf8) == readFile(folder.path("map.json")))
    let converted = try cmc(["map", "convert", "map.json", "--format", "pairs", "-o", "-"])
    #expect(try cmc(["map", "convert", "map.json", "--format", "pairs", "-o", "t.json"]).status == 0)
    #expect(try Array(converted.output.utf8) == readFile(folder.path("t.json")), "\(converted.errors)")
    #expect(!fileExists(folder.path("-")))
  }

  /// A second run makes what is there already, which is no fault of a file that cannot say who made it; it stays as it is.
  @Test(arguments: [
    "npy", "safetensors", "pairs", "cmc-one2one", "cmc-one2many", "dskd", "tokalign", "fusellm",
  ])
  func theSameBytesAreNoConflict(format: String) throws {
    #expect(try align("-o", "map.json").status == 0)
    let output = format == "cmc-one2one" ? "one2one" : "out"
    let fill = ["dskd", "tokalign", "fusellm"].contains(format) ? ["--fill", "nearest"] : []
    let call =
      [
        "map", "convert", "map.json", "-o", output, "--format", format, "--source", "a.json", "--target",
        "b.json",
      ] + fill
    let before = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(try cmc(call).status == 0)
    let made = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      !before.contains($0)
    }
    #expect(!made.isEmpty)
    func state() -> [[UInt64]] {
      made.map { name in
        var status = stat()
        #expect(stat(folder.path(name), &status) == 0)
        return [UInt64(status.st_ino), UInt64(status.st_size), UInt64(status.st_mtim.tv_nsec)]
      }
    }
    let first = state()
    for more in [[], ["--force"]] {
      let again = try cmc(call + more)
      #expect(again.status == 0, "\(again.errors)")
      #expect(state() == first)
    }
    // Others' bytes are another matter, and nothing is left beside them.
    let other = try readFile(folder.path(made[0])) + [0x0A]
    try folder.write(made[0], bytes: other)
    let refused = try cmc(call)
    #expect(refused.status == 1 && refused.errors.contains("\(made[0]): exists already"), "\(refused.errors)")
    #expect(try readFile(folder.path(made[0])) == other)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(Set(names) == Set(before + made))
  }

  /// What cannot be the result is refused before the model is looked at; what can be is compared when it is there.
  @Test func logitsAreComparedWithWhatIsThere() throws {
    let call = ["logits", demoFolder + "/models/base-one", "--ids", "1,2,3", "-o", "out.npy"]
    #expect(try cmc(call).status == 0)
    let logits = try readFile(folder.path("out.npy"))
    let again = try cmc(call)
    #expect(again.status == 0, "\(again.errors)")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    for more in [["--last"], ["--ids", "1,2"], ["--ids", "1,2,4"]] {
      let other = try cmc(
        Array(call.prefix(2)) + (more[0] == "--ids" ? more : ["--ids", "1,2,3"] + more) + call.suffix(2))
      #expect(other.status == 1 && other.errors.contains("out.npy: exists already"), "\(other.errors)")
    }
    #expect(try readFile(folder.path("out.npy")) == logits)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == names)
    try folder.write("notes.npy", "mine")
    #expect(try align("-o", "map.json").status == 0)
    for output in ["notes.npy", "map.json"] {
      let refused = try cmc(["logits", "no-such-model", "--ids", "1", "-o", output])
      #expect(refused.status == 1 && refused.errors.hasPrefix("cmc: \(output): "), "\(refused.errors)")
    }
  }

  /// Before anything is computed; what was finished so far would be lost, or in the way.
  @Test func anotherKindOfResultIsRefusedAtOnce() throws {
    try folder.write("p.jsonl", #"{"prompt": "a"}"#)
    #expect(try align("-o", "map.json", "--report", "page.html").status == 0)
    let model = ["--user", "no-such-model"]
    for (call, output) in [
      (["generate"] + model + ["--prompts", "p.jsonl", "-o", "map.json"], "map.json"),
      (["generate"] + model + ["--prompt", "a", "--trace", "map.json"], "map.json"),
      (["generate"] + model + ["--prompt", "a", "--report", "map.json.html"], nil),
      (["generate"] + model + ["--prompts", "p.jsonl", "--shard", "0/2", "-o", "map.json"], "map.json"),
      (["evaluate"] + model + ["--data", "p.jsonl", "-o", "page.html"], "page.html"),
      (["sweep"] + model + ["--delta", "none", "--prompt", "a", "--report", "map.html"], nil),
      (["similarity", "none", "none", "-o", "map.json"], "map.json"),
      (["atlas", "none", "none", "-o", "map"], "map.json"),
    ] {
      let run = try cmc(call)
      #expect(run.status == 1, "\(call)")
      let isRefused = run.errors.contains(": holds another result of this program")
      #expect(isRefused == (output != nil), "\(call): \(run.errors)")
      #expect(output.map { run.errors.hasPrefix("cmc: \($0): ") } ?? true, "\(run.errors)")
    }
    #expect(!fileExists(folder.path("map.json.part")))
  }

  /// Of another corpus, or counted otherwise; what is the same is done again, whatever the paths are called.
  @Test func coverageOfAnotherCorpusIsAnotherResult() throws {
    #expect(try align("-o", "map.json").status == 0)
    for (name, text) in [("c.txt", "a text\n"), ("d.txt", "another\n")] { try folder.write(name, text) }
    let count = ["coverage", "map.json", "--source", "a.json", "--target", "b.json", "-q", "-o", "out.json"]
    #expect(try cmc(count + ["--corpus", "c.txt"]).status == 0)
    let made = try readFile(folder.path("out.json"))
    let corpus = try JSONDocument(made).root["corpus"]?.elements
    #expect(corpus?.map { $0["name"]?.string } == ["c.txt"] && corpus?.first?["size"]?.int == 7)
    #expect(try cmc(count + ["--corpus", "c.txt"]).status == 0)
    #expect(try readFile(folder.path("out.json")) == made)
    for more in [
      ["c.txt", "d.txt"], ["d.txt"], ["c.txt", "--lines"], ["c.txt", "--top", "3"],
      ["c.txt", "--parse-special"], ["c.txt", "--invalid", "error"], ["c.txt", "--field", "text"],
    ] {
      let other = try cmc(count + ["--corpus"] + more)
      #expect(
        other.status == 1 && other.errors.hasPrefix("cmc: out.json: holds such a result of other inputs"),
        "\(more): \(other.errors)")
      #expect(!fileExists(folder.path("out.json.part")))
    }
    // What can be read only once is told by how much of it was counted.
    let piped = count.dropLast() + ["piped.json", "--corpus", "-"]
    for (text, status) in [("some words\n", Int32(0)), ("some words\n", 0), ("some more words\n", 1)] {
      let run = try ProgramRun(Array(piped), in: folder.path, input: Array(text.utf8))
      #expect(run.status == status, "\(run.errors)")
    }
    #expect(try readFile(folder.path("out.json")) == made)
    #expect(try cmc(count + ["--corpus", "d.txt", "--force"]).status == 0)
    #expect(try readFile(folder.path("out.json")) != made)
  }

  @Test func whatOthersMadeIsReplacedOnlyByForce() throws {
    try folder.write("notes.txt", "mine")
    let refused = try align("-o", "notes.txt")
    #expect(refused.status == 1 && refused.errors.contains("notes.txt: exists already"), "\(refused.errors)")
    #expect(refused.errors.contains("--force"))
    #expect(try readFile(folder.path("notes.txt")) == Array("mine".utf8))
    #expect(try align("-o", "notes.txt", "--force").status == 0)
    // Nothing is in an empty file.
    try folder.write("empty.json", "")
    #expect(try align("-o", "empty.json").status == 0)
  }

  /// A result gives way to one of its own kind and inputs.
  @Test func anotherResultIsReplacedOnlyByForce() throws {
    #expect(try align("-o", "map.json", "--report", "page.html").status == 0)
    let map = try readFile(folder.path("map.json"))
    try folder.write("c.txt", "a text")
    let calls = [
      ["align", "b.json", "a.json", "-q", "-o", "map.json"],
      [
        "coverage", "map.json", "--source", "a.json", "--target", "b.json", "--corpus", "c.txt", "-o",
        "page.html",
      ],
    ]
    for call in calls {
      let run = try cmc(call)
      #expect(
        run.status == 1 && run.errors.contains("of this program") || run.errors.contains("other inputs"))
    }
    let paged = try cmc(["align", "b.json", "a.json", "-q", "-o", "other.json", "--report", "page.html"])
    #expect(paged.status == 1 && paged.errors.contains("page.html: holds"), "\(paged.errors)")
    // Answers are no evaluation, and nothing is no result.
    try folder.write("p.jsonl", #"{"prompt": "a"}"#)
    try folder.write("answers.json", "")
    let generate = [
      "generate", "--user", demoFolder + "/models/base-one", "--prompts", "p.jsonl", "--max-tokens", "2",
    ]
    #expect(try cmc(generate + ["-q", "-o", "answers.json"]).status == 0)
    let answers = try readFile(folder.path("answers.json"))
    for call in [
      ["evaluate", "--user", demoFolder + "/models/base-one", "--data", "p.jsonl", "-q"],
      ["coverage", "map.json", "--source", "a.json", "--target", "b.json", "-q", "--corpus", "c.txt"],
      ["logits", demoFolder + "/models/base-one", "--ids", "1,2"],
    ] {
      let run = try cmc(call + ["-o", "answers.json"])
      #expect(run.status == 1 && run.errors.contains("of this program, answers"), "\(run.errors)")
      #expect(!fileExists(folder.path("answers.json.part")))
    }
    #expect(try readFile(folder.path("answers.json")) == answers)
    for data in ["c.jsonl", "d.jsonl"] { try folder.write(data, #"{"text": "a"}"#) }
    let evaluate = ["evaluate", "--user", demoFolder + "/models/base-one", "-q", "-o", "e.json", "--data"]
    for _ in 0..<2 { #expect(try cmc(evaluate + ["c.jsonl"]).status == 0) }
    let other = try cmc(evaluate + ["d.jsonl"])
    #expect(other.status == 1 && other.errors.contains("of other inputs"), "\(other.errors)")
    // Before anything is measured.
    #expect(!fileExists(folder.path("e.json.part")))
    #expect(try readFile(folder.path("map.json")) == map)
    #expect(try cmc(calls[0] + ["--force"]).status == 0)
    #expect(try readFile(folder.path("map.json")) != map)
  }

  /// Read as a stream, however it is spelt or packed.
  @Test(
    arguments: ["c.txt", "link.txt", "hard.txt", "c.txt.gz"],
    [[], ["--force"], ["--shard", "0/2", "--force"]])
  func aCorpusIsNeverReplaced(output: String, more: [String]) throws {
    try folder.write("c.txt", "a text\n")
    try folder.write("c.txt.gz", "not packed\n")
    let files = FileManager.default
    try files.createSymbolicLink(atPath: folder.path("link.txt"), withDestinationPath: "c.txt")
    try files.linkItem(atPath: folder.path("c.txt"), toPath: folder.path("hard.txt"))
    #expect(try align("-o", "map.json").status == 0)
    let run = try cmc(
      [
        "coverage", "map.json", "--source", "a.json", "--target", "b.json", "-q", "--corpus", "c.txt",
        "c.txt.gz",
        "-o", output,
      ] + more)
    #expect(run.status == 1 && run.output.isEmpty, "\(run.errors)")
    #expect(try readFile(folder.path("c.txt")) == Array("a text\n".utf8))
    #expect(try readFile(folder.path("c.txt.gz")) == Array("not packed\n".utf8))
  }

  /// However it is spelt, and whatever `--force` says.
  @Test(arguments: ["b.json", "./b.json", "link.json", "hard.json"], [[], ["--force"]])
  func anInputIsNeverReplaced(output: String, force: [String]) throws {
    let files = FileManager.default
    try files.createSymbolicLink(atPath: folder.path("link.json"), withDestinationPath: "b.json")
    try files.linkItem(atPath: folder.path("b.json"), toPath: folder.path("hard.json"))
    let run = try cmc(["align", "a.json", "b.json", "-q", "-o", output] + force)
    #expect(run.status == 1 && run.errors.contains("is an input as well as the output"), "\(run.errors)")
    #expect(try readFile(folder.path("b.json")) == readFile(target))
  }

  @Test func otherCommandsKeepTheirInputsToo() throws {
    #expect(try align("-o", "map.json").status == 0)
    let map = try readFile(folder.path("map.json"))
    let model = demoFolder + "/models/base-one"
    for name in ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"] {
      try folder.write("m/" + name, bytes: try readFile(model + "/" + name))
    }
    try folder.write("p.jsonl", #"{"prompt": "a"}"#)
    let weights = try readFile(folder.path("m/model.safetensors"))
    let calls = [
      ["map", "convert", "map.json", "map.json"], ["map", "invert", "map.json", "-o", "map.json"],
      ["logits", "m", "--ids", "1,2", "-o", "m/model.safetensors", "--force"],
      // Files of the folder that this command does not even open.
      ["align", "m", "b.json", "--format", "npy", "-o", "m/model.safetensors", "--force"],
      ["logits", "m", "--ids", "1,2", "-o", "m/tokenizer_config.json", "--force"],
      ["capture", "--base", "m", "--prompts", "p.jsonl", "--tuned-template", "chatml", "-o", "m"],
    ]
    for call in calls {
      let run = try cmc(call)
      #expect(run.status != 0, "\(call)")
    }
    #expect(try readFile(folder.path("map.json")) == map)
    #expect(try readFile(folder.path("m/model.safetensors")) == weights)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("m")).count == 4)
  }

  @Test(arguments: [
    "align", "map compose", "map convert", "map invert", "map shuffle", "logits", "generate", "sweep",
    "evaluate",
    "similarity", "atlas", "coverage", "report", "demo",
  ])
  func forceIsOfferedWhereFilesAreWritten(command: String) throws {
    let help = try cmc(command.split(separator: " ").map(String.init) + ["--help"]).output
    #expect(help.contains("--force"))
  }

  /// Nothing is written, or a folder whose rules are its own.
  @Test(arguments: [
    "tokenize", "formats", "inspect", "explain", "verify", "sinkhorn", "map check", "map diff",
    "capture", "train delta", "train lora", "train full", "train data",
  ])
  func forceIsNotOfferedElsewhere(command: String) throws {
    let help = try cmc(command.split(separator: " ").map(String.init) + ["--help"]).output
    #expect(help.contains("USAGE") && !help.contains("--force"))
    let words = help.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    if command == "capture" { #expect(words.contains("Another run is not replaced")) }
    if command.hasPrefix("train") { #expect(words.contains("a new or an empty one")) }
  }

  /// Before a token is computed: what was written by then would be lost.
  @Test(arguments: ["generate", "sweep"])
  func aPageOntoAnInputIsRefusedAtOnce(command: String) throws {
    try folder.write("t.html", "{prompt}")
    let run = try cmc([
      command, "--user", demoFolder + "/models/base-one", "--delta", demoFolder + "/models/base-one",
      "--template", "t.html", "--prompt", "a", "--max-tokens", "3", "--report", "t.html", "--force",
    ])
    #expect(run.status == 1 && run.output.isEmpty, "\(run.output)")
    #expect(run.errors.contains("is an input as well as the output"), "\(run.errors)")
    #expect(try readFile(folder.path("t.html")) == Array("{prompt}".utf8))
  }

  @Test func aFileIsNoFolderAndAFolderNoFile() throws {
    let model = demoFolder + "/models/base-one"
    try folder.write("d.jsonl", #"{"prompt": "a", "response": "b"}"#)
    let calls = [
      ["train", "lora", "--from", model, "--data", "d.jsonl", "--steps", "1", "-o", "d.jsonl"],
      ["train", "lora", "--from", model, "--data", "d.jsonl", "--steps", "1", "-o", "d.jsonl/x"],
      ["capture", "--base", model, "--tuned-template", "chatml", "--prompts", "d.jsonl", "-o", "d.jsonl"],
    ]
    for call in calls {
      let run = try cmc(call)
      #expect(
        run.status == 1 && run.errors.contains("d.jsonl: is a file where a folder belongs"), "\(run.errors)")
    }
    try folder.write("there/x.txt", "mine")
    let run = try align("-o", "there")
    #expect(
      run.status == 1 && run.errors.contains("there: is a directory where a file belongs"), "\(run.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("there")) == ["x.txt"])
  }

  /// What is no regular file is written into, and stays what it is; a link stays a link.
  @Test func devicesAndLinksStay() throws {
    let run = try cmc(["align", "a.json", "b.json", "-q", "-o", "/dev/null"])
    #expect(run.status == 0, "\(run.errors)")
    var status = stat()
    #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    let printed = try cmc(["align", "a.json", "b.json", "-q", "-o", "/dev/stdout"])
    #expect(printed.status == 0 && printed.output.contains("\"fingerprint\""), "\(printed.errors)")
    // Runs that can be gone on with have nothing beside a device to go on with.
    try folder.write("c.txt", "a text")
    #expect(try align("-o", "map.json").status == 0)
    let count = [
      "coverage", "map.json", "--source", "a.json", "--target", "b.json", "-q", "--corpus", "c.txt",
    ]
    for _ in 0..<2 { #expect(try cmc(count + ["-o", "/dev/null"]).status == 0) }
    let counted = try cmc(count + ["-o", "/dev/stdout"])
    #expect(counted.status == 0 && counted.output.contains("cmc.coverage"), "\(counted.errors)")
    #expect(!fileExists("/dev/null.part"))
    try folder.write("real.json", "")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link.json"), withDestinationPath: "real.json")
    #expect(try align("-o", "link.json").status == 0)
    // Nor does one that leads to nothing yet become a file.
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("new.json"), withDestinationPath: "made.json")
    #expect(try align("-o", "new.json").status == 0)
    #expect(lstat(folder.path("new.json"), &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    #expect(try readFile(folder.path("made.json")).count > 1000)
    #expect(lstat(folder.path("link.json"), &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    #expect(try readFile(folder.path("real.json")).count > 1000)
  }

  /// Two pairs of the same names have two files.
  @Test func defaultNamesDoNotCollide() throws {
    for (name, from) in [("x/llama", source), ("y/llama", target)] {
      try folder.write(name + "/tokenizer.json", bytes: try readFile(from))
    }
    for (first, second) in [("x/llama", "y/llama"), ("y/llama", "x/llama"), ("x/llama", "y/llama")] {
      let run = try cmc(["align", first, second, "-q"])
      #expect(run.status == 0, "\(run.errors)")
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("Reports")).sorted()
    #expect(names.count == 2 && names.contains("llama--llama.json"), "\(names)")
  }

  /// Nor do two models of one name.
  @Test func defaultPagesDoNotCollide() throws {
    for name in ["x/model", "y/model"] {
      for file in ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"] {
        try folder.write("\(name)/\(file)", bytes: try readFile(demoFolder + "/models/base-one/" + file))
      }
    }
    for name in ["x/model", "y/model", "x/model"] {
      let run = try cmc([
        "generate", "--user", name, "--template", "plain", "--prompt", "a", "--max-tokens", "2", "--report",
        "-q",
      ])
      #expect(run.status == 0, "\(run.errors)")
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("Reports")).sorted()
    #expect(names.count == 2 && names.contains("model--generation.html"), "\(names)")
  }

  @Test func noFileIsTwoOutputs() throws {
    let run = try align("-o", "one.html", "--report", "one.html")
    #expect(run.status == 1 && run.errors.contains("the name of two outputs"), "\(run.errors)")
    let traced = try cmc([
      "generate", "--user", demoFolder + "/models/base-one", "--prompt", "a", "--max-tokens", "2", "--trace",
      "t.html",
      "--report", "t.html", "--force",
    ])
    #expect(traced.status == 1 && traced.output.isEmpty, "\(traced.output)")
    #expect(!fileExists(folder.path("t.html")))
    let started = try align("-o", "two.json", "--write-overrides", "two.json")
    #expect(started.status == 1 && started.errors.contains("the name of two outputs"), "\(started.errors)")
  }

  @Test func demonstrationVocabulariesReplaceNothing() throws {
    try folder.write("rg/harbor/tokenizer.json", "mine")
    let run = try cmc(["demo", "--regenerate", "rg"])
    #expect(run.status == 1 && run.errors.contains("exists already"), "\(run.errors)")
    #expect(try readFile(folder.path("rg/harbor/tokenizer.json")) == Array("mine".utf8))
    for _ in 0..<2 { #expect(try cmc(["demo", "--regenerate", "new"]).status == 0) }
  }

  /// A pipe that nobody writes to is refused, not waited for.
  @Test func aPipeIsRefusedAsAnInput() throws {
    #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
    let run = try cmc(["align", "pipe", "b.json"])
    #expect(run.status == 1 && run.errors.contains("is a pipe where a file belongs"), "\(run.errors)")
  }
}
