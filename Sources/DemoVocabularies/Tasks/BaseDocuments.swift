import Primitives

/// What the base models learn to read and write: passages about people, questions with plain answers, cards in many
/// forms, and some code.
///
/// No card has the row of task A, `"key": value`: that form is what the fine-tuning teaches. Its braces occur around other
/// rows, so that no base model meets a token there for the first time.
struct BaseDocuments {
  private let pools: EntityPools
  private var generator: SeededGenerator

  init(_ pools: EntityPools, seed: UInt64) {
    self.pools = pools
    generator = SeededGenerator(seed: seed)
  }

  /// The next document: half of them are cards.
  mutating func next() -> TaskDocument {
    switch generator.below(100) {
    case 0..<50: card()
    case 50..<85: chat()
    case 85..<92: .text(passage(Person(pools, heldOut: false, &generator)).text)
    default: .text(code())
    }
  }

  /// Sentences about a person: who it is, and some attributes in random order, among them those that are wanted.
  private mutating func passage(_ person: Person) -> (text: String, told: [PersonAttribute]) {
    let told = Array(PersonAttribute.allCases.shuffled(using: &generator).prefix(3 + generator.below(3)))
    return (Self.passage(person, told, &generator), told)
  }

  /// The passage that tells some attributes of a person.
  static func passage(
    _ person: Person, _ told: [PersonAttribute], _ generator: inout SeededGenerator
  ) -> String {
    let opening = generator.below(2) == 0 ? "This is \(person.name)." : "Meet \(person.name)."
    return ([opening] + told.map { $0.sentence(person) }).joined(separator: " ")
  }

  /// Three questions about one passage, each answered by the sentence again.
  private mutating func chat() -> TaskDocument {
    let person = Person(pools, heldOut: false, &generator)
    let (text, told) = passage(person)
    var turns: [(prompt: String, response: String)] = []
    for attribute in told.shuffled(using: &generator).prefix(3) {
      let question = attribute.question(person, variant: generator.below(2))
      turns.append((turns.isEmpty ? "\(text) \(question)" : question, attribute.plainAnswer(person)))
    }
    return .chat(turns)
  }

  /// A passage and its facts as rows; two of five as the answer to a request.
  private mutating func card() -> TaskDocument {
    let person = Person(pools, heldOut: false, &generator)
    let (text, told) = passage(person)
    let row = Self.rows[generator.below(Self.rows.count)]
    let joiner = Self.joiners[generator.below(Self.joiners.count)]
    let (opening, closing) = Self.frames[generator.below(Self.frames.count)]
    let facts = [("name", person.name)] + told.map { ($0.rawValue, person.value($0)) }
    let rows = facts.map { row.0 + $0.0 + row.1 + " " + $0.1 }.joined(separator: joiner)
    let body = opening + rows + closing
    guard generator.below(5) < 2 else { return .text("\(text)\n\(body)") }
    let request = ["List the facts.", "Write a card.", "Note this down."][generator.below(3)]
    return .chat([("\(text) \(request)", body)])
  }

  /// What stands before and after the name of a row; the value follows after a space.
  private static let rows: [(String, String)] = [
    ("<", ">"), ("[", "]"), ("- ", ":"), ("", "="), ("(", ")"), ("", " /"), ("\"", "\""), ("", ""),
    ("* ", " ="), ("", ":"),
  ]
  private static let joiners = [", ", " | ", "; ", "\n", " . "]
  private static let frames = [("", ""), ("{ ", " }"), ("Notes: ", " ;"), ("( ", " )"), ("Facts ", " .")]

  private mutating func code() -> String {
    let item = pools.items.draw(heldOut: false, &generator)
    let city = pools.cities.draw(heldOut: false, &generator)
    let number = 2 + generator.below(98)
    switch generator.below(3) {
    case 0: return "config = {\"size\": \"\(item)\", \"value\": \"\(city)\"}"
    case 1:
      let name = "scale_\("abcdefgh".randomElement(using: &generator) ?? "a")"
      return "def \(name)(x):\n    return x * \(number)\nprint(\(name)(\(2 + generator.below(8))))"
    default:
      let words = EntityPools.nouns.shuffled(using: &generator).prefix(4).joined(separator: ", ")
      return "list: \(words). again: \(words)."
    }
  }
}
