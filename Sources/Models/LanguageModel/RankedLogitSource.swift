package import CMCPrimitives

/// A source that gives log-probabilities, as many of a position as are asked for, the most likely first: another engine.
///
/// ``LogitSource/extend(_:logits:_:)`` asks such a source for all of them, which takes long; with no logits wanted it asks for
/// nothing.
package protocol RankedLogitSource: LogitSource {
  /// How many tokens are worth asking for at first.
  var usualCount: Int { get }
  /// How much of the probability, at a step, may be left out where a token is drawn.
  var restLimit: Double { get }
  /// No log-probability that the source could not tell, of the row that it gave last, is above this; -∞ where it told all.
  var ceiling: Float { get }

  /// The most likely tokens behind the history, which is not empty.
  ///
  /// - Parameter count: How many are wanted; there may be more or fewer.
  /// - Throws: What asking runs into.
  func ranked(_ count: Int) throws -> RankedLogits
}

/// What ends one text and no other: the answer of an engine that cannot be used.
package protocol TextFailure: DescribedError {
  /// Whether other texts can be written all the same.
  var isOfTextAlone: Bool { get }
}
