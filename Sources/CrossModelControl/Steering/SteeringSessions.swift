internal import CMCControlledDecoding
internal import CMCLanguageModel
internal import CMCRemoteModels

/// The histories of one piece of work on a ``SteeredModel``.
///
/// Unchecked, as sessions are classes without a lock: the model's pool gives each set to one piece of work at a time.
struct SteeringSessions: @unchecked Sendable {
  /// A delta model's histories.
  struct Delta {
    let model: any LogitSource
    let antiExpert: (any LogitSource)?
  }

  let user: any LogitSource
  let deltas: [Delta]

  /// Empty histories.
  init(_ model: SteeredModel) {
    let computing = model.configuration.computing
    switch model.configuration.userVoice {
    case .speaks:
      switch model.user {
      case .local(let loaded): user = computing.session(loaded.model)
      case .remote(let remote): user = remote.server.source()
      }
    case .isSilent: user = FixedLogits([Float](repeating: 0, count: model.user.logitsWidth))
    }
    deltas = model.deltas.map {
      Delta(model: computing.session($0.loaded.model), antiExpert: $0.antiExpert.map(computing.session))
    }
  }

  /// Histories that step together with those of other texts: the models' that ``SteeredModel/batchedSessions()`` lists.
  init(_ model: SteeredModel, _ sources: [any LogitSource]) {
    var rest = sources[...]
    switch model.configuration.userVoice {
    case .speaks:
      switch model.user {
      case .local: user = rest.removeFirst()
      case .remote(let remote): user = remote.server.source()
      }
    case .isSilent: user = FixedLogits([Float](repeating: 0, count: model.user.logitsWidth))
    }
    deltas = model.deltas.map { delta in
      Delta(model: rest.removeFirst(), antiExpert: delta.antiExpert.map { _ in rest.removeFirst() })
    }
  }
}
