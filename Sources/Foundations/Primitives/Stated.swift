/// One fact with every place that states it, in the order in which the places are believed.
///
/// A model's files say many things twice. A reader writes down who said what, and in what order the format's own library
/// asks them; the first that says anything is taken, and a disagreement becomes a note that names both.
package struct Stated<Value: Equatable & Sendable>: Sendable {
  /// A place and what it says.
  package struct Source: Sendable {
    /// The place, such as `config.json: rope_scaling`.
    package let place: String
    /// What it says.
    package let value: Value
    /// What it says, for people.
    package let shown: String
  }

  /// What is asked, such as `where generation stops`.
  package let question: String
  /// Whose order it is, such as `transformers`.
  package let authority: String
  /// What a note says instead of whose order it is, where the order is not quite that.
  package var aside: String?
  /// Those that say anything, the one that is believed first.
  package private(set) var sources: [Source] = []

  /// A question that nobody has answered yet.
  package init(_ question: String, asIn authority: String) {
    self.question = question
    self.authority = authority
  }

  /// Adds a place that is believed less than those before; nil where it says nothing.
  package mutating func add(_ place: String, _ value: Value?, shown: String? = nil) {
    guard let value else { return }
    sources.append(Source(place: place, value: value, shown: shown ?? "\(value)"))
  }

  /// What is taken.
  package var chosen: Value? { sources.first?.value }

  /// A line that names two places that disagree, or nil.
  package var disagreement: String? {
    guard let first = sources.first, let other = sources.first(where: { $0.value != first.value }) else {
      return nil
    }
    return "\(question): \(first.place) says \(oneLine(first.shown, limit: 80)), "
      + "\(other.place) says \(oneLine(other.shown, limit: 80)); the first is taken, "
      + (aside ?? "as \(authority) does")
  }
}
