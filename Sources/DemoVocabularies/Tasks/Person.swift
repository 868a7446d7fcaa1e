import Primitives

/// Somebody of whom a passage tells.
struct Person: Sendable {
  let first: String
  let last: String
  /// What each attribute is, as text.
  let values: [PersonAttribute: String]

  /// Draws a person; every word that has a held-out part comes from the part that is asked for.
  init(_ pools: EntityPools, heldOut: Bool, _ generator: inout SeededGenerator) {
    first = pools.firstNames.draw(heldOut: heldOut, &generator)
    last = pools.surnames.draw(heldOut: heldOut, &generator)
    values = [
      .city: pools.cities.draw(heldOut: heldOut, &generator),
      .job: EntityPools.jobs[generator.below(EntityPools.jobs.count)],
      .born: pools.dates.draw(heldOut: heldOut, &generator),
      .badge: EntityPools.badges[generator.below(EntityPools.badges.count)],
      .item: pools.items.draw(heldOut: heldOut, &generator),
      .count: "\(2 + generator.below(998))",
      .key: pools.keys.draw(heldOut: heldOut, &generator),
      .mark: pools.marks[generator.below(pools.marks.count)],
    ]
  }

  /// The whole name.
  var name: String { "\(first) \(last)" }

  /// The value of an attribute.
  func value(_ attribute: PersonAttribute) -> String { values[attribute] ?? "" }
}

/// What can be asked of a person.
enum PersonAttribute: String, CaseIterable, Sendable {
  case city, job, born, badge, item, count, key, mark

  /// The sentence that tells it in a passage.
  func sentence(_ person: Person) -> String {
    let value = person.value(self)
    switch self {
    case .city: return "\(person.first) lives in \(value)."
    case .job: return "\(person.first) works as a \(value)."
    case .born: return "\(person.first) was born on \(value)."
    case .badge: return "\(person.first) wears the \(value) badge."
    case .item: return "\(person.first) owns \(value)."
    case .count: return "There are \(value) letters for \(person.first)."
    case .key: return "\(person.first) keeps the key \(value)."
    case .mark: return "\(person.first) signs as \(value)."
    }
  }

  /// A question for it.
  func question(_ person: Person, variant: Int) -> String {
    let first = person.first
    switch self {
    case .city: return variant == 0 ? "In which city is \(first)?" : "Where does \(first) live?"
    case .job: return variant == 0 ? "What is the job of \(first)?" : "What does \(first) work as?"
    case .born: return "When was \(first) born?"
    case .badge: return "Which badge does \(first) wear?"
    case .item: return "What does \(first) own?"
    case .count: return "How many letters are there for \(first)?"
    case .key: return "Which key does \(first) keep?"
    case .mark: return "How does \(first) sign?"
    }
  }

  /// How a base model answers: the sentence again, after a fixed word, so that copied words keep their leading space.
  func plainAnswer(_ person: Person) -> String {
    let sentence = sentence(person)
    return "So " + (self == .count ? "there" + sentence.dropFirst("There".count) : sentence)
  }
}
