import CMCPrimitives
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

@testable import CMCDemonstration

/// The text and the vocabularies of the closed loop.
@Suite struct ClosedLoopTests {
  private func text(_ part: ClosedLoopPools.Part, seed: UInt64 = 5) -> ClosedLoopText {
    ClosedLoopText(worldSeed: 1, seed: seed, part: part)
  }

  @Test func theSeedDecidesEverything() {
    var (one, same, other) = (text(.training), text(.training), text(.training, seed: 6))
    let first = (0..<50).map { _ in one.document() }
    #expect(first == (0..<50).map { _ in same.document() })
    #expect(first != (0..<50).map { _ in other.document() })
  }

  /// The names of tests are in no training text: a model that answers has copied them.
  @Test func testsShareNoName() {
    let test = ClosedLoopPools(seed: 1, part: .test)
    let training = ClosedLoopPools(seed: 1, part: .training)
    let pairs: [(name: String, test: [String], training: [String])] = [
      ("first names", test.firstNames, training.firstNames),
      ("last names", test.lastNames, training.lastNames),
      ("cities", test.cities, training.cities), ("items", test.items, training.items),
      ("dates", test.dates, training.dates), ("keys", test.keys, training.keys),
    ]
    for pair in pairs {
      #expect(pair.test.count >= 200 && pair.training.count >= 1900, "\(pair.name)")
      #expect(Set(pair.test).isDisjoint(with: pair.training), "\(pair.name)")
    }
    // Nor in another role: a first name of a test is nobody's last name, and no city.
    let words = Set(training.firstNames + training.lastNames + training.cities)
    #expect(words.isDisjoint(with: test.firstNames + test.lastNames + test.cities))
    let halves = [0, 1].map { Set(ClosedLoopPools(seed: 1, part: .half($0)).firstNames) }
    #expect(halves[0].isDisjoint(with: halves[1]) && halves[0].union(halves[1]) == Set(training.firstNames))
  }

  /// A constant answer is never right, a copied prompt neither; the value stands in the prompt.
  @Test func taskADependsOnThePrompt() throws {
    var text = text(.test)
    var replies: [String: Int] = [:]
    for _ in 0..<300 {
      let turn = try #require(text.taskA().turns.first)
      replies[turn.response, default: 0] += 1
      #expect(turn.response.hasPrefix("{ \"name\": ") && turn.response.hasSuffix(" }"))
      let parts = turn.response.dropLast(2).split(separator: ": ")
      let value = try #require(parts.last)
      #expect(turn.prompt.contains(value), "\(turn)")
    }
    #expect((replies.values.max() ?? 0) < 15)
  }

  /// No document that a model begins with has the frame of task A or the question of task B.
  @Test func documentsDoNotShowTheTasks() {
    var text = text(.training)
    for _ in 0..<2000 {
      let record = text.document()
      let all = record.text + record.turns.map { $0.prompt + $0.response }.joined()
      #expect(!all.contains("{ \"name\":"), "\(all)")
      #expect(!all.contains("backwards"))
    }
  }

  @Test func taskBIsTheListBackwards() throws {
    var text = text(.training)
    for _ in 0..<50 {
      let turn = try #require(text.taskB().turns.first)
      let list = turn.prompt.dropFirst("Say these backwards: ".count).dropLast().split(separator: ", ")
      #expect(turn.response == "[" + list.reversed().joined(separator: " / ") + "]")
    }
  }

  /// Both vocabularies load, have their sizes, and meet by every rule; words in other scripts leave tokens unmatched.
  @Test func theVocabulariesMeetInEveryWay() throws {
    let folder = try TemporaryFolder()
    for file in ClosedLoopVocabularies.generate(worldSeed: 1) {
      try folder.write(file.path, bytes: file.bytes)
    }
    let one = try TokenizerLoader.load(folder.path("one"))
    let two = try TokenizerLoader.load(folder.path("two"))
    #expect(one.vocabulary.tokenCount == 1300 && two.vocabulary.tokenCount == 1800)
    // A space and a letter of Greek, Hebrew or Katakana: in one vocabulary, and in none of the other's tokens.
    func spaced(_ vocabulary: Vocabulary) -> Int {
      (0..<vocabulary.idLimit).count { id in
        let scalars = String(decoding: vocabulary.canonical[id], as: UTF8.self).unicodeScalars
        guard scalars.first == " ", let next = scalars.dropFirst().first?.value else { return false }
        return (0x370...0x3FF).contains(next) || (0x590...0x5FF).contains(next)
          || (0x30A0...0x30FF).contains(next)
      }
    }
    #expect(spaced(two.vocabulary) > 10)
    #expect(spaced(one.vocabulary) == 0)
  }
}
