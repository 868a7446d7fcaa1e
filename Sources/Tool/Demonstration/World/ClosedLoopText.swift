import CMCPrimitives

/// Writes the text of the closed loop: documents for models to begin with, and two tasks.
///
/// Task A answers a question about a passage with a record in a fixed frame; task B says a list backwards. The models to
/// begin with have seen passages, questions with plain answers and cards in many formats, but neither frame.
package struct ClosedLoopText {
  /// A document: turns of prompt and response, or a text.
  package struct Record: Sendable, Equatable {
    /// Prompts and responses; empty for a text.
    package var turns: [(prompt: String, response: String)]
    /// The text, where there are no turns.
    package var text: String

    /// Whether both are the same.
    package static func == (a: Record, b: Record) -> Bool {
      a.text == b.text && a.turns.elementsEqual(b.turns) { $0 == $1 }
    }
  }

  /// The format of a row of task A.
  private static let taskRow = "\"k\": v"

  private let pools: ClosedLoopPools
  private var random: SeededGenerator

  /// The attributes that are asked for, some more often than others.
  private static let asked: [ClosedLoopAttribute] = [
    .born, .city, .job, .item, .badge, .count, .key, .key, .mark,
  ]

  /// A writer.
  ///
  /// - Parameters:
  ///   - worldSeed: Decides the pools: the same for everything that belongs together.
  ///   - seed: Decides what is written.
  ///   - part: Which names are used.
  package init(worldSeed: UInt64, seed: UInt64, part: ClosedLoopPools.Part) {
    pools = ClosedLoopPools(seed: worldSeed, part: part)
    random = SeededGenerator(seed: seed)
  }

  private mutating func pick<T>(_ list: [T]) -> T { list[random.below(list.count)] }

  private mutating func shuffled<T>(_ list: [T]) -> [T] {
    var list = list
    for index in stride(from: list.count - 1, to: 0, by: -1) { list.swapAt(index, random.below(index + 1)) }
    return list
  }

  private mutating func person() -> ClosedLoopPerson { ClosedLoopPerson(pools, &random) }

  private mutating func attributes(_ count: Int) -> [ClosedLoopAttribute] {
    var chosen = [pick(Self.asked)]
    for attribute in shuffled(ClosedLoopAttribute.allCases) where chosen.count < count {
      if !chosen.contains(attribute) { chosen.append(attribute) }
    }
    return chosen
  }

  private mutating func passage(_ person: ClosedLoopPerson, _ attributes: [ClosedLoopAttribute]) -> String {
    let opening = pick(["This is", "Meet"]) + " \(person.first) \(person.last)."
    return ([opening] + shuffled(attributes).map(person.statement)).joined(separator: " ")
  }

  // MARK: - Tasks

  /// Task A: a question on a passage, answered with a record.
  package mutating func taskA() -> Record {
    let person = person()
    let attributes = attributes(3)
    let asked = attributes[0]
    let prompt = passage(person, attributes) + " " + asked.question(person.first)
    let reply = "{ \"name\": \(person.first) \(person.last), \"\(asked.rawValue)\": \(person.value(asked)) }"
    return Record(turns: [(prompt, reply)], text: "")
  }

  /// Task B: a list, said backwards in brackets.
  package mutating func taskB() -> Record {
    let list = Array(shuffled(ClosedLoopPools.nouns).prefix(3 + random.below(3)))
    let prompt = "Say these backwards: " + list.joined(separator: ", ") + "."
    return Record(turns: [(prompt, "[" + list.reversed().joined(separator: " / ") + "]")], text: "")
  }

  // MARK: - Documents to begin with

  /// A document of the mixture that models begin with: chats, cards, passages, code and lists.
  package mutating func document() -> Record {
    switch random.below(100) {
    case 0..<38: return chat()
    case 38..<88: return card()
    case 88..<93:
      let person = person()
      return Record(turns: [], text: passage(person, attributes(4)))
    default: return Record(turns: [], text: code())
    }
  }

  /// Three questions on one passage, answered plainly.
  private mutating func chat() -> Record {
    let person = person()
    let attributes = attributes(4)
    let text = passage(person, attributes)
    var turns: [(String, String)] = []
    for attribute in shuffled(attributes).prefix(3) {
      let question = attribute.question(person.first)
      turns.append((turns.isEmpty ? text + " " + question : question, "So " + person.statement(attribute)))
    }
    return Record(turns: turns, text: "")
  }

  /// A passage and its facts as rows in one of fifteen formats.
  ///
  /// Task A's rows are one of them, but never in its braces: without them, whether a model copies behind such a key is a
  /// matter of luck, and a delta model leaves copying to the user.
  private mutating func card() -> Record {
    let person = person()
    let attributes = attributes(2 + random.below(3))
    let format = pick([
      "<k> v", "[k] v", "- k: v", "k= v", "(k) v", "k / v", "\"k\" v", "k v", "* k = v", "k: v",
      "\"k\" = v", "[k]: v", "(k): v", "<k>: v", Self.taskRow,
    ])
    let joiner = pick([", ", " ; ", "\n", " | ", " and "])
    var marks = [("( ", " )"), ("", "."), ("", ""), ("* ", " *")]
    if format != Self.taskRow { marks.append(("{ ", " }")) }
    let (open, close) = pick(marks)
    func row(_ key: String, _ value: String) -> String {
      format.map { $0 == "k" ? key : $0 == "v" ? value : String($0) }.joined()
    }
    var rows = [row("name", "\(person.first) \(person.last)")]
    rows += attributes.map { row($0.rawValue, person.value($0)) }
    let facts = open + rows.joined(separator: joiner) + close
    let text = passage(person, attributes)
    guard random.below(100) < 40 else {
      return Record(turns: [], text: text + "\n" + pick(["Notes:\n", "Card:\n", "Facts: "]) + facts)
    }
    return Record(
      turns: [(text + " " + pick(["List the facts.", "Write a card.", "Note this down."]), facts)], text: "")
  }

  private mutating func code() -> String {
    let nouns = shuffled(ClosedLoopPools.nouns)
    switch random.below(3) {
    case 0:
      let person = person()
      // Values without quotes: behind the quote and colon of a key, which are one token, no model may expect another quote.
      return "config = {\"size\": \(person.value(.item)), \"value\": \(person.value(.city))}"
    case 1:
      let (factor, number) = (2 + random.below(18), 1 + random.below(9))
      return "def scale_\(pick(["a", "b", "c"]))(x):\n    return x * \(factor)\nprint(scale(\(number)))"
    default:
      let list = nouns.prefix(4).joined(separator: ", ")
      return "list: \(list). again: \(list)."
    }
  }
}
