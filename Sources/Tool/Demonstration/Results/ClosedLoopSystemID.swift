/// The name of a system of the closed loop, in files, comparisons and pages.
///
/// Results of other versions may have names that are not known here, so any text is one.
package struct ClosedLoopSystemID: RawRepresentable, Codable, Hashable, Sendable {
  /// As files have it.
  package let rawValue: String

  /// The system of a name.
  package init(rawValue: String) { self.rawValue = rawValue }
  private init(_ rawValue: String) { self.rawValue = rawValue }

  // MARK: - Without a model

  /// The first prompt's answer to every prompt.
  package static let constant = Self("constant")
  /// Every prompt as its own answer.
  package static let copied = Self("copied")

  // MARK: - One model

  /// The first user as it is.
  package static let baseOne = Self("base-one")
  /// The second user as it is.
  package static let baseTwo = Self("base-two")
  /// The delta model in its own vocabulary.
  package static let deltaAlone = Self("delta-alone")
  /// The delta model through the map, the second user's logits left out.
  package static let deltaAloneMapped = Self("delta-alone-mapped")
  /// The first user, all weights tuned.
  package static let fullOne = Self("full-one")
  /// The second user, all weights tuned.
  package static let fullTwo = Self("full-two")
  /// The first user with an adapter.
  package static let loraOne = Self("lora-one")
  /// The second user with an adapter.
  package static let loraTwo = Self("lora-two")

  // MARK: - Steered

  /// The first user with the delta model.
  package static let oneDelta = Self("one-delta")
  /// The second user with the delta model, through the map of the method.
  package static let twoDelta = Self("two-delta")

  /// The second user with the delta model, through a map.
  package static func two(through map: ClosedLoopMap) -> Self {
    map == .pmMined ? .twoDelta : Self("two-\(map.rawValue)")
  }

  /// The first user with another delta model.
  package static func one(with delta: ClosedLoopDelta) -> Self { Self("one-\(delta.rawValue)") }
  /// The second user with another delta model.
  package static func two(with delta: ClosedLoopDelta) -> Self { Self("two-\(delta.rawValue)") }
  /// Another delta model alone, through the map.
  package static func aloneMapped(_ delta: ClosedLoopDelta) -> Self { Self("\(delta.rawValue)-alone-mapped") }

  /// A user at a factor; 0 is the user alone, and 1 the system of the tables.
  package static func at(_ alpha: Double, _ user: ClosedLoopUser) -> Self {
    switch (alpha, user) {
    case (0, .one): .baseOne
    case (0, .two): .baseTwo
    case (1, .one): .oneDelta
    case (1, .two): .twoDelta
    default: Self("\(user.rawValue)-\(alpha)")
    }
  }
}

/// The two user models, each with a vocabulary of its own.
package enum ClosedLoopUser: String, Codable, Sendable, CaseIterable {
  /// The one that the delta model was trained beside, whose vocabulary it shares.
  case one
  /// The one that it meets through the map alone.
  case two
}

/// Delta models that were trained otherwise than the method's.
package enum ClosedLoopDelta: String, Sendable, CaseIterable {
  /// From first values instead of a small pretrained model.
  case scratch
  /// Fitted to the shift that tuning brings.
  case shift

  /// In words.
  var title: String {
    switch self {
    case .scratch: "delta from first values"
    case .shift: "delta fitted to shifts"
    }
  }
}
