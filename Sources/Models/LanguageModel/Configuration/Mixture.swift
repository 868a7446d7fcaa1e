/// A mixture of experts: feed-forward parts of which a router chooses some for each position.
package struct Mixture: Sendable, Equatable {
  /// What a router makes of its products, one for each expert.
  package enum Scores: Sendable, Equatable {
    /// Their softmax over all experts.
    case softmax
    /// The sigmoid of each.
    case sigmoid
  }

  /// Groups of experts.
  package struct Groups: Sendable, Equatable {
    /// How many there are.
    package var count: Int
    /// How many of them experts may be chosen of.
    package var chosen: Int
    /// How many of a group's best scores make up its own.
    package var best: Int
  }

  /// How many experts a layer has.
  package var experts: Int
  /// How many of them a position goes through.
  package var chosen: Int
  /// The elements inside an expert.
  package var expertSize: Int
  /// What the router makes of its products; the largest are chosen, and weigh the experts' outputs.
  package var scores = Scores.softmax
  /// Whether the weights of the chosen are divided by their sum.
  package var normalizes = false
  /// What the weights are multiplied by.
  package var scale: Float = 1
  /// The elements inside the part that every position goes through beside the chosen experts, or nil.
  package var sharedSize: Int?
  /// Groups of experts that follow each other, of which some are chosen first; nil for none.
  package var groups: Groups?
  /// Whether a number of each expert is added to its score where it is chosen, and not where it weighs.
  package var hasCorrection = false
  /// Whether the router has a bias.
  package var routerHasBias = false
  /// Whether what that part adds is multiplied by the sigmoid of one more product.
  package var gatesShared = false
  /// Whether experts stand beside a layer's whole feed-forward part: both read the state and add to it, each through norms
  /// of its own, and what chooses reads it through one more.
  package var isBeside = false
  /// Whether the weight of each chosen expert is multiplied by a number of the expert's.
  package var scalesExperts = false
  /// The layers that have no experts but a feed-forward part as other models do.
  package var denseLayers: Set<Int> = []

  /// A mixture by its sizes.
  package init(experts: Int, chosen: Int, expertSize: Int) {
    self.experts = experts
    self.chosen = chosen
    self.expertSize = expertSize
  }

  /// Refuses numbers that no model has, before anything is allocated by them.
  ///
  /// - Parameter limit: The largest value of any size.
  /// - Throws: ``LanguageModelError/configuration(_:)``.
  func validate(limit: Int) throws(LanguageModelError) {
    guard (1...4096).contains(experts), (1...experts).contains(chosen) else {
      throw .configuration("\(chosen) of \(experts) experts cannot be chosen")
    }
    for size in [expertSize, sharedSize ?? 1] where size < 1 || size > limit {
      throw .configuration("the size of an expert is \(size), not from 1 to \(limit)")
    }
    if let groups {
      guard groups.count > 0, experts % groups.count == 0, (1...groups.count).contains(groups.chosen),
        (1...experts / groups.count).contains(groups.best),
        groups.chosen * (experts / groups.count) >= chosen
      else {
        throw .configuration("\(chosen) of \(experts) experts in \(groups.count) groups cannot be chosen")
      }
    }
    guard scale.isFinite else { throw .configuration("a scale is not a finite number") }
  }
}
