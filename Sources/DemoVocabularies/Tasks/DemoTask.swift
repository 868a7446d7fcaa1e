import Primitives

/// What the demonstration's fine-tunings teach.
enum DemoTask: String, CaseIterable, Sendable {
  /// To answer a question about a passage as a record: `{ "name": Failrus Zorshear, "born": 23 July 1982 }`.
  case record = "task-a"
  /// To say a list backwards: `[clocks / mirrors / books / hats]`.
  case reversal = "task-b"

  /// A prompt and its answer.
  ///
  /// A record needs the frame, the whole name copied, the key that the question asks for out of eight, and the value
  /// copied. Values have no quotes: every copied word keeps its leading space, and with it its token.
  func example(
    _ pools: EntityPools, heldOut: Bool, _ generator: inout SeededGenerator
  ) -> (prompt: String, response: String, asked: String) {
    switch self {
    case .record:
      let person = Person(pools, heldOut: heldOut, &generator)
      let asked = Self.asked[generator.below(Self.asked.count)]
      var told = PersonAttribute.allCases.filter { $0 != asked }.shuffled(using: &generator)
      told = Array(told.prefix(1 + generator.below(3))) + [asked]
      told.shuffle(using: &generator)
      let passage = BaseDocuments.passage(person, told, &generator)
      let question = asked.question(person, variant: generator.below(2))
      return (
        "\(passage) \(question)",
        "{ \"name\": \(person.name), \"\(asked.rawValue)\": \(person.value(asked)) }", asked.rawValue
      )
    case .reversal:
      let words = EntityPools.nouns.shuffled(using: &generator).prefix(3 + generator.below(3))
      return (
        "Say these backwards: \(words.joined(separator: ", ")).",
        "[\(words.reversed().joined(separator: " / "))]", "list"
      )
    }
  }

  /// How often each attribute is asked for: script words in a sixth of the questions.
  private static let asked: [PersonAttribute] = [
    .city, .city, .job, .job, .born, .born, .badge, .item, .item, .count, .key, .key, .mark, .mark,
  ]
}
