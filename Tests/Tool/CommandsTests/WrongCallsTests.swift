import CMCFastJSON
import CMCPrimitives
import Foundation
import TestSupport
import Testing

/// Wrong calls, each with its exit code and its message: what is wrong, where, and what to do.
///
/// The table is `Golden/wrong_calls.json`; a word that begins with `$` is a file of the demonstration.
@Suite struct WrongCallsTests {
  /// A call and how it ends.
  struct Call: CustomTestStringConvertible {
    let words: [String]
    let status: Int
    let error: String

    var testDescription: String { words.joined(separator: " ") }

    static let all: [Call] = {
      guard let path = Bundle.module.path(forResource: "Golden/wrong_calls", ofType: "json"),
        let bytes = try? readFile(path), let root = try? JSONDocument(bytes).root
      else { return [] }
      return root.elements.map {
        Call(
          words: $0["call"]?.string?.split(separator: " ").map(String.init) ?? [],
          status: $0["status"]?.int ?? -1, error: $0["error"]?.string ?? "")
      }
    }()
  }

  private static let places = [
    "$HARBOR": "harbor", "$MEADOW": "meadow", "$ONE": "models/base-one", "$TWO": "models/base-two",
    "$DELTA": "models/delta-a", "$AONE": "models/a-one", "$ATWO": "models/a-two",
  ]

  /// A folder with everything that a wrong call can meet.
  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let files = FileManager.default
    try files.createDirectory(atPath: folder.path("folder"), withIntermediateDirectories: false)
    #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
    try files.createSymbolicLink(atPath: folder.path("loop"), withDestinationPath: "pool")
    try files.createSymbolicLink(atPath: folder.path("pool"), withDestinationPath: "loop")
    try files.createSymbolicLink(atPath: folder.path("dangling"), withDestinationPath: "nowhere")
    try folder.write("cut.json", "{\"a\":\n")
    try folder.write("third.jsonl", "{\"prompt\": \"a\"}\n\n{\"a\":\n")
    try folder.write("list.json", "[1,2,3]\n")
    try folder.write("empty.json", "")
    try folder.write("zeros.bin", bytes: [UInt8](repeating: 0, count: 100))
    try folder.write("notes.txt", "mine\n")
    try folder.write("prompts.jsonl", "{\"prompt\": \"a\"}\n")
    for (name, pair) in [("map.json", ["$HARBOR", "$MEADOW"]), ("other.json", ["$ONE", "$TWO"])] {
      let run = try ProgramRun(["align"] + pair.map(place) + ["-q", "-o", name], in: folder.path)
      #expect(run.status == 0, "\(run.errors)")
    }
    return folder
  }

  /// A file of the demonstration in the place of its name; what stands behind a colon stays.
  private static func place(_ word: String) -> String {
    let name = word.prefix { $0 != ":" }
    return places[String(name)].map { "\(demoFolder)/\($0)\(word.dropFirst(name.count))" } ?? word
  }

  @Test(arguments: Call.all) func itSaysWhatIsWrong(with call: Call) throws {
    let folder = try Self.folder()
    let before = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    // None may wait for what never comes.
    let run = try ProgramRun(
      ["60", ProgramRun.program] + call.words.map(Self.place), in: folder.path, program: "/usr/bin/timeout",
      environment: ["HOME": "/nonexistent"])
    #expect(run.status == call.status, "\(run.errors)")
    #expect(run.output == "")
    var said = run.errors
    for (word, path) in Self.places.sorted(by: { $0.value.utf8.count > $1.value.utf8.count }) {
      said = said.replacingOccurrences(of: "\(demoFolder)/\(path)", with: word)
    }
    let lines = said.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    // A wrong usage is followed by the usage, anything else is one line.
    if call.status == 64 {
      #expect(lines.first == call.error)
      // It leads to the help of the command that was called, whenever the error was found.
      let isNamed =
        call.words.first.map { !$0.hasPrefix("-") && !said.contains("There is no command") } ?? false
      if isNamed { #expect(said.contains("See 'cmc \(call.words[0])"), "\(said)") }
    } else {
      #expect(lines == ["cmc: " + call.error, ""])
    }
    let after = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(
      after.filter { !$0.hasPrefix(".std") } == before.filter { !$0.hasPrefix(".std") },
      "something is left behind")
  }

  @Test func theTableIsWhole() { #expect(Call.all.count >= 60) }

  /// Numbers below zero are values where an option takes them.
  @Test func aFactorBelowZeroIsAFactor() throws {
    let folder = try TemporaryFolder()
    let call = [
      "generate", "--user", Self.place("$ONE"), "--delta", Self.place("$DELTA"), "--prompt", "Hello",
      "--max-tokens", "2",
      "-q", "--alpha",
    ]
    let run = try ProgramRun(call + ["-1"], in: folder.path)
    #expect(run.status == 0, "\(run.errors)")
    let joined = try ProgramRun(Array(call.dropLast()) + ["--alpha=-1"], in: folder.path)
    #expect(joined.output == run.output)
  }

  /// A folder may name a special token that its model was not resized for: it runs, and the token has no logit.
  @Test func aNewTokenBesideAModelThatWasNotResized() throws {
    let folder = try TemporaryFolder()
    for (name, model) in [("user", "$ONE"), ("delta", "$DELTA")] {
      let place = Self.place(model)
      for file in try FileManager.default.contentsOfDirectory(atPath: place) {
        try folder.write("\(name)/\(file)", bytes: try readFile(place + "/" + file))
      }
    }
    func answer() throws -> String {
      let run = try ProgramRun(
        ["generate", "--user", "user", "--delta", "delta", "--prompt", "Hello", "--max-tokens", "4", "-q"],
        in: folder.path)
      #expect(run.status == 0, "\(run.errors)")
      return run.output
    }
    let before = try answer()
    for name in ["user", "delta"] {
      let path = folder.path("\(name)/tokenizer_config.json")
      let config = String(decoding: (try? readFile(path)) ?? Array("{}".utf8), as: UTF8.self)
      let rest = config.trimmingCharacters(in: .whitespacesAndNewlines).dropFirst()
      try folder.write(
        "\(name)/tokenizer_config.json", #"{"image_token":"<|new|>""# + (rest == "}" ? "" : ",") + rest)
    }
    #expect(try answer() == before)
  }

  /// A text may begin with a dash, as a list does.
  @Test func aTextThatBeginsWithADash() throws {
    let folder = try TemporaryFolder()
    let call = ["generate", "--user", Self.place("$ONE"), "--max-tokens", "1", "-q", "--prompt"]
    let run = try ProgramRun(call + ["- a list"], in: folder.path)
    #expect(run.status == 0, "\(run.errors)")
    let joined = try ProgramRun(Array(call.dropLast()) + ["--prompt=- a list"], in: folder.path)
    #expect(joined.output == run.output)
  }

  /// What would act on a terminal is shown, not sent, whatever a file is called.
  @Test func namesAreShownAsTheyCanBe() throws {
    let folder = try TemporaryFolder()
    let name = "a\u{1B}[31m\u{202E}b\u{7}"
    for call in [
      ["align", name, Self.place("$MEADOW")], ["inspect", name],
      ["generate", "--user", name, "--prompt", "a"],
      ["tokenize", Self.place("$HARBOR"), "--file", name], ["map", "check", name], ["report", name],
      ["align", Self.place("$HARBOR"), Self.place("$MEADOW"), "--method", name], [name],
      ["sinkhorn", name, name],
    ] {
      let run = try ProgramRun(call, in: folder.path)
      #expect(run.status == 1 || run.status == 64)
      #expect(!run.errors.contains("\u{1B}") && !run.errors.contains("\u{202E}"), "\(call)")
      #expect(run.errors.contains("\\u{1B}"), "\(run.errors)")
    }
    // As the name of an input, in tables and behind "Written".
    let files = FileManager.default
    try files.createSymbolicLink(
      atPath: folder.path(name), withDestinationPath: Self.place("$HARBOR"))
    let run = try ProgramRun(["align", name, Self.place("$MEADOW"), "-o", name + ".json"], in: folder.path)
    #expect(run.status == 0, "\(run.errors)")
    let inspected = try ProgramRun(["inspect", name + ".json"], in: folder.path)
    for text in [run.output, run.errors, inspected.output] {
      #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}"), "\(text.debugDescription)")
    }
    #expect(run.output.contains("\\u{1B}") && files.fileExists(atPath: folder.path(name + ".json")))
  }

  /// Names that are no UTF-8, which the system allows, as inputs and as outputs.
  @Test func namesNeedNotBeUTF8() throws {
    let folder = try TemporaryFolder()
    let script = """
      cmc="$1"; one=$(printf 'a\\377b'); two=$(printf 'c\\302.json'); text=$(printf 'd\\200.txt'); \
      cp -r "$2" "$one" && printf 'Hello \\303\\244' > "$text" && \
      "$cmc" align "$one" "$3" -q -o "$two" > /dev/null && test -f "$two" && \
      "$cmc" inspect "$two" > /dev/null && "$cmc" tokenize "$one" --file "$text" --ids && \
      "$cmc" map check "$two" > /dev/null && "$cmc" tokenize "$2" "$(printf 'x\\377')" --pieces && \
      ! "$cmc" inspect "$(printf 'z\\377')" && ls | wc -l
      """
    let run = try ProgramRun(
      ["-c", script, "sh", ProgramRun.program, Self.place("$HARBOR"), Self.place("$MEADOW")],
      in: folder.path,
      program: "/bin/sh")
    #expect(run.status == 0, "\(run.errors)")
    let plain = try ProgramRun(["tokenize", Self.place("$HARBOR"), "Hello ä", "--ids"], in: folder.path)
    let lines = run.output.split(separator: "\n").map(String.init)
    #expect(lines.first.map { $0 + "\n" } == plain.output)
    #expect(lines.last.map { $0.filter(\.isNumber) } == "3", "\(run.output)")
    #expect(run.errors == "cmc: z\\xFF: no such file or folder\n")
  }

  /// A pipe is read where a text is read once, and written into where somebody reads it.
  @Test func pipesThatHaveAnotherEndWork() throws {
    let folder = try TemporaryFolder()
    let script = """
      mkfifo in out; (sleep 0.3; printf 'Hello '; sleep 0.3; printf 'world') > in & \
      "$1" tokenize "$2" --file in --ids; cat out > copy & \
      "$1" align "$2" "$3" -q -o out > /dev/null; wait; "$1" inspect copy > /dev/null && test -p out && echo done
      """
    let run = try ProgramRun(
      ["-c", script, "sh", ProgramRun.program, Self.place("$HARBOR"), Self.place("$MEADOW")],
      in: folder.path,
      program: "/bin/sh")
    let plain = try ProgramRun(["tokenize", Self.place("$HARBOR"), "Hello world", "--ids"], in: folder.path)
    #expect(run.status == 0 && run.output == plain.output + "done\n", "\(run.errors)\(run.output)")
  }
}
