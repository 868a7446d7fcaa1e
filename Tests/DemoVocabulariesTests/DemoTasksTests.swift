import Alignment
import FastJSON
import Primitives
import TestSupport
import Testing
import Tokenization
import TokenizerFormats
import Vocabulary

@testable import DemoVocabularies

@Suite struct DemoTasksTests {
  static let sizes = {
    var sizes = DemoTasks.Sizes()
    sizes.documents = 8000
    sizes.training = 400
    sizes.test = 200
    return sizes
  }()
  static let files = DemoTasks(seed: 7, sizes: sizes).files()

  static func file(_ path: String) throws -> [UInt8] { try #require(files.first { $0.path == path }).bytes }

  static func lines(_ path: String) throws -> [JSONValue] {
    try file(path).split(separator: 0x0A).map { try JSONDocument(Array($0)).root }
  }

  @Test func theSameSeedGivesTheSameBytes() {
    #expect(DemoTasks(seed: 7, sizes: Self.sizes).files() == Self.files)
    #expect(DemoTasks(seed: 8, sizes: Self.sizes).files() != Self.files)
  }

  /// No held-out word stands in any text that a model or a vocabulary is trained on.
  @Test func trainingAndTestShareNoEntity() throws {
    let pools = EntityPools(seed: 7)
    let heldOut = Set(
      pools.firstNames.heldOut + pools.surnames.heldOut + pools.cities.heldOut + pools.keys.heldOut)
    #expect(heldOut.count > 1000)
    let texts = try ["base-birch.jsonl", "base-cedar.jsonl", "task-a-train.jsonl"].map {
      String(decoding: try Self.file($0), as: UTF8.self)
    }
    for text in texts + DemoTasks(seed: 7, sizes: Self.sizes).vocabularyTexts {
      for word in text.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_") }) {
        #expect(!heldOut.contains(String(word)), "\(word)")
      }
    }
    // And the test prompts speak of nothing else.
    for line in try Self.lines("task-a-test-1.jsonl") {
      let words = try #require(line["prompt"]?.string).split(separator: " ")
      #expect(heldOut.contains(String(words[0] == "Meet" ? words[1] : words[2])))
    }
  }

  /// Task A's row is in no base document, or fine-tuning would teach nothing.
  @Test func theRowOfTheTaskIsNew() throws {
    for name in ["base-birch.jsonl", "base-cedar.jsonl"] {
      for line in try Self.lines(name) {
        let contents = line["messages"]?.elements.compactMap { $0["content"]?.string } ?? []
        for text in contents + [line["text"]?.string ?? ""] { #expect(!text.contains("\"name\":")) }
      }
    }
  }

  /// Neither one constant answer nor the copied prompt is right more than now and then.
  @Test func theAnswerDependsOnThePrompt() throws {
    let lines = try Self.lines("task-a-test-1.jsonl")
    var counts: [String: Int] = [:]
    for line in lines {
      let response = try #require(line["response"]?.string)
      #expect(line["prompt"]?.string != response)
      counts[response, default: 0] += 1
    }
    #expect(counts.values.max().map { $0 * 50 < lines.count } == true)
  }

  /// The map from cedar to birch is not exact on at least a twentieth of the reference tokens, some of them unmatched.
  @Test func theMapIsNotTrivial() throws {
    let folder = try TemporaryFolder()
    for file in Self.files where file.path.hasPrefix("birch/") || file.path.hasPrefix("cedar/") {
      try makeDirectory(folder.path + "/" + String(file.path.prefix(5)))
      try AtomicFile.write(file.bytes, to: folder.path + "/" + file.path)
    }
    let cedar = try TokenizerLoader.load(folder.path + "/cedar")
    let birch = try TokenizerLoader.load(folder.path + "/birch")
    #expect(cedar.vocabulary.tokenCount == 2600 && birch.vocabulary.tokenCount == 1800)
    let map = try TokenMap.aligning(cedar, to: birch, options: AlignmentOptions(threads: 1))
    let tokenizer = try Tokenizer(cedar)
    var total = 0
    var inexact = 0
    var unmatched = 0
    for line in try Self.lines("task-a-test-1.jsonl") {
      for id in try tokenizer.encode(try #require(line["response"]?.string)) {
        total += 1
        if map.ids[Int(id)] < 0 { unmatched += 1 } else if map.distances[Int(id)] > 0 { inexact += 1 }
      }
    }
    #expect((inexact + unmatched) * 20 >= total, "\(inexact) and \(unmatched) of \(total)")
    #expect(unmatched > 0)
    for role in [TokenRole.bos, .eos, .endOfTurn] {
      let id = try #require(cedar.vocabulary.roleAssignments.first { $0.role == role }).id
      #expect(map.ids[Int(id)] >= 0, "\(role)")
    }
  }
}
