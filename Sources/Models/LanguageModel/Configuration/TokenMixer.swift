/// What mixes the positions of a text in a layer.
package enum TokenMixer: Sendable, Equatable {
  /// Attention, as the rest of the configuration says.
  case attention
  /// A state of fixed size that every position changes and is read from.
  case selectiveState(SelectiveState)
  /// A matrix for each head that every position changes and is read from, by a delta rule.
  case wkv(WKVState)
}

/// A selective state space: what a position adds to the state, and how much of the state it lets go, hangs on the position.
///
/// Sources: Gu and Dao, *Mamba* (2023), and Dao and Gu, *Transformers are SSMs* (2024).
package struct SelectiveState: Sendable, Equatable {
  /// How the state is let go, and what selects.
  package enum Form: Sendable, Equatable {
    /// Mamba: each channel has a step of its own, made of so many numbers, and a decay for each number of its state.
    case channels(stepRank: Int)
    /// Mamba 2: the channels of a head share a step and a decay, and heads share what selects in groups; what comes out is
    /// normed in as many groups.
    case heads(count: Int, groups: Int)
  }

  /// The form.
  package var form: Form
  /// The channels.
  package var inner: Int
  /// The numbers of the state of a channel.
  package var stateSize: Int
  /// The positions that the convolution before it sees, the present one included.
  package var kernel: Int
  /// Whether the products at both ends have a bias.
  package var projectionHasBias = false
  /// Whether the convolution has a bias.
  package var convolutionHasBias = true
  /// The function behind the convolution.
  package var activation = ModelConfiguration.Activation.silu

  /// The numbers of a position that go through the convolution.
  package var convolved: Int {
    switch form {
    case .channels: inner
    case .heads(_, let groups): inner + 2 * groups * stateSize
    }
  }

  /// What a layer keeps of a history: the last inputs of the convolution, then the state, as many numbers whatever its length.
  package var keptSize: Int { (kernel - 1) * convolved + inner * stateSize }

  /// Refuses numbers that no model has, before anything is allocated by them.
  ///
  /// - Parameter limit: The largest value of any size.
  /// - Throws: ``LanguageModelError/configuration(_:)``.
  func validate(limit: Int) throws(LanguageModelError) {
    for (name, size, most) in [
      ("channels", inner, limit), ("numbers in the state of a channel", stateSize, 4096),
      ("positions of the convolution", kernel, 256),
    ] where size < 1 || size > most {
      throw .configuration("the number of \(name) is \(size), not from 1 to \(most)")
    }
    switch form {
    case .channels(let rank):
      guard (1...limit).contains(rank) else { throw .configuration("the rank of steps is \(rank)") }
    case .heads(let heads, let groups):
      guard (1...65_536).contains(heads), inner % heads == 0 else {
        throw .configuration("\(inner) channels do not divide into \(heads) heads")
      }
      guard (1...heads).contains(groups), heads % groups == 0 else {
        throw .configuration("\(heads) heads do not divide into \(groups) groups")
      }
    }
    if case .boundedSwish = activation { throw .unsupported("a convolution with a bounded gate") }
  }
}

extension ModelConfiguration {
  /// What mixes positions in a layer.
  package func mixer(_ layer: Int) -> TokenMixer { mixers.isEmpty ? .attention : mixers[layer] }

  /// How many layers have keys and values.
  package var attentionLayerCount: Int {
    mixers.isEmpty ? layerCount : mixers.reduce(0) { $0 + ($1 == .attention ? 1 : 0) }
  }

  /// How many numbers a history keeps of all layers whose mixer has a state.
  package var stateSize: Int {
    mixers.reduce(0) { sum, mixer in
      switch mixer {
      case .attention: sum
      case .selectiveState(let state): sum + state.keptSize
      case .wkv(let state): sum + state.keptSize
      }
    }
  }
}

extension ModelConfiguration.FeedForward {
  /// The function, with a gate or without.
  package var activation: ModelConfiguration.Activation {
    switch self {
    case .gated(let activation), .plain(let activation): activation
    }
  }
}
