import CMCPrimitives

/// What can be asked of a person.
enum ClosedLoopAttribute: String, CaseIterable, Sendable {
  case born, city, job, item, badge, count, key, mark

  /// A sentence that says it.
  func statement(_ name: String, _ value: String) -> String {
    switch self {
    case .born: "\(name) was born on \(value)."
    case .city: "\(name) lives in \(value)."
    case .job: "\(name) works as a \(value)."
    case .item: "\(name) owns \(value)."
    case .badge: "\(name) wears the \(value) badge."
    case .count: "There are \(value) letters for \(name)."
    case .key: "\(name) opens doors with \(value)."
    case .mark: "\(name) signs as \(value)."
    }
  }

  /// The question for it.
  func question(_ name: String) -> String {
    switch self {
    case .born: "When was \(name) born?"
    case .city: "In which city is \(name)?"
    case .job: "What is the job of \(name)?"
    case .item: "What does \(name) own?"
    case .badge: "Which badge does \(name) wear?"
    case .count: "How many letters are there for \(name)?"
    case .key: "What does \(name) open doors with?"
    case .mark: "How does \(name) sign?"
    }
  }
}

/// A person with a value for each attribute.
struct ClosedLoopPerson {
  let first: String
  let last: String
  let values: [ClosedLoopAttribute: String]

  /// Draws a person.
  init(_ pools: ClosedLoopPools, _ random: inout SeededGenerator) {
    func pick(_ list: [String]) -> String { list[random.below(list.count)] }
    first = pick(pools.firstNames)
    last = pick(pools.lastNames)
    values = [
      .born: pick(pools.dates), .city: pick(pools.cities), .job: pick(ClosedLoopPools.jobs),
      .item: pick(pools.items), .badge: pick(ClosedLoopPools.badges), .count: "\(2 + random.below(998))",
      .key: pick(pools.keys), .mark: pick(pools.marks),
    ]
  }

  /// The value of an attribute.
  func value(_ attribute: ClosedLoopAttribute) -> String { values[attribute] ?? "" }

  /// A sentence that says the attribute's value.
  func statement(_ attribute: ClosedLoopAttribute) -> String { attribute.statement(first, value(attribute)) }
}
