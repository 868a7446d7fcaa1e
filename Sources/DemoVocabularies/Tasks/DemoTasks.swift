import FastJSON
import Primitives

/// The data of the demonstration's closed loop: two vocabularies, documents for base models, and two tasks.
///
/// `birch` is a byte-level BPE, `cedar` a BPE with byte fallback; each was trained on documents about one half of the
/// entities, so that they cut names differently. Where `birch` was trained, a line feed stood before words of Greek,
/// Hebrew and Katakana, so it has no token of a space and such a letter, and those of `cedar` stay unmatched.
public struct DemoTasks: Sendable {
  /// How much is written.
  public struct Sizes: Sendable {
    /// Documents for each base model.
    public var documents = 40_000
    /// Examples to learn a task from.
    public var training = 20_000
    /// Held-out examples of each test set.
    public var test = 300
    /// Test sets of each task, each of a seed of its own.
    public var testSets = 3

    /// The sizes of the demonstration.
    public init() {}
  }

  static let birchTokens = 1796
  static let cedarTokens = 2597

  private let pools: EntityPools
  private let seed: UInt64
  private let sizes: Sizes

  /// The data of a seed.
  public init(seed: UInt64, sizes: Sizes = .init()) {
    self.seed = seed
    self.sizes = sizes
    pools = EntityPools(seed: seed)
  }

  /// All files: `birch/` and `cedar/` with a tokenizer each, `base-birch.jsonl` and `base-cedar.jsonl`, and for each task
  /// `task-a-train.jsonl` and `task-a-test-1.jsonl` and so on.
  ///
  /// Lines have `text` or `messages`; those of tasks `prompt`, `response` and `asked`. The same bytes every time.
  /// - Complexity: O(documents), some seconds.
  public func files() -> [DemoFile] {
    let birch = ByteLevelVocabulary(corpus: birchCorpus, tokenCount: Self.birchTokens)
    let cedar = ByteFallbackVocabulary(
      corpus: cedarCorpus, tokenCount: Self.cedarTokens, control: HarborFiles.control, joinsDigits: true,
      marksFirstWord: false)
    var files = MeadowFiles(vocabulary: birch, folder: "birch").files
    files += HarborFiles(vocabulary: cedar, folder: "cedar", prependsSpace: false).files
    files.append(base("birch", number: 1))
    files.append(base("cedar", number: 2))
    for (index, task) in DemoTask.allCases.enumerated() {
      let number = UInt64(index)
      files.append(examples(task, "train", sizes.training, heldOut: false, stream: 10 + number))
      for set in 1...max(sizes.testSets, 1) {
        files.append(
          examples(task, "test-\(set)", sizes.test, heldOut: true, stream: 100 + 10 * number + UInt64(set)))
      }
    }
    return files
  }

  /// The text that `birch` is trained on.
  var birchCorpus: DemoCorpus {
    DemoCorpus(paragraphs: vocabularyText(half: 0, stream: 3).map(Self.breakingBeforeScripts))
  }

  /// The text that `cedar` is trained on.
  var cedarCorpus: DemoCorpus { DemoCorpus(paragraphs: vocabularyText(half: 1, stream: 4)) }

  /// Every text that a vocabulary is trained on.
  var vocabularyTexts: [String] { birchCorpus.paragraphs + cedarCorpus.paragraphs }

  private func vocabularyText(half: Int, stream: UInt64) -> [String] {
    var documents = BaseDocuments(pools.half(half), seed: streamSeed(stream))
    return (0..<sizes.documents / 4).map { _ in documents.next().plainText }
  }

  /// A line feed instead of the space before a word of Greek, Hebrew or Katakana.
  private static func breakingBeforeScripts(_ text: String) -> String {
    var scalars = Array(text.unicodeScalars)
    for index in scalars.indices.dropLast() where scalars[index] == " " {
      switch scalars[index + 1].value {
      case 0x370..<0x400, 0x590..<0x600, 0x30A0..<0x3100: scalars[index] = "\n"
      default: break
      }
    }
    var broken = String.UnicodeScalarView()
    broken.append(contentsOf: scalars)
    return String(broken)
  }

  private func base(_ name: String, number: UInt64) -> DemoFile {
    var documents = BaseDocuments(pools, seed: streamSeed(number))
    return lines("base-\(name).jsonl", count: sizes.documents) { documents.next().write(to: &$0) }
  }

  private func examples(
    _ task: DemoTask, _ part: String, _ count: Int, heldOut: Bool, stream: UInt64
  ) -> DemoFile {
    var generator = SeededGenerator(seed: streamSeed(stream))
    return lines("\(task.rawValue)-\(part).jsonl", count: count) { writer in
      let example = task.example(pools, heldOut: heldOut, &generator)
      writer.object {
        $0.member("prompt", example.prompt)
        $0.member("response", example.response)
        $0.member("asked", example.asked)
      }
    }
  }

  private func lines(_ path: String, count: Int, _ write: (inout JSONWriter) -> Void) -> DemoFile {
    var bytes: [UInt8] = []
    for _ in 0..<count {
      var writer = JSONWriter(.compact)
      write(&writer)
      bytes += writer.bytes + [UInt8(ascii: "\n")]
    }
    return DemoFile(path: path, bytes: bytes)
  }

  /// A seed for each use, so that none shifts when another takes more numbers.
  private func streamSeed(_ stream: UInt64) -> UInt64 {
    var generator = SeededGenerator(seed: seed &+ stream &* 0x9E37_79B9)
    return generator.next()
  }
}
