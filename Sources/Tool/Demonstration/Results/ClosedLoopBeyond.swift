internal import CMCEvaluation

extension ClosedLoopResult.Beyond {
  /// Finds the prompts that a user answers under no steering.
  ///
  /// - Parameters:
  ///   - user: The user.
  ///   - steerings: The systems that steer it.
  ///   - others: Systems that are shown beside: its tunings, and steerings that matter.
  ///   - matches: Which prompts each system answered exactly, 1 or 0, all in the same order.
  ///   - keys: What each prompt asks for.
  /// - Returns: nil where nothing steers the user.
  package init?(
    _ user: ClosedLoopUser, steerings: [ClosedLoopSystemID], others: [ClosedLoopSystemID],
    matches: [ClosedLoopSystemID: [Double]], keys: [String]
  ) {
    let known = steerings.compactMap { matches[$0] }
    guard !known.isEmpty else { return nil }
    let beyond = keys.indices.map { prompt in known.allSatisfy { $0[prompt] == 0 } }
    self.init(
      user: user, steerings: known.count, prompts: beyond.count { $0 },
      attributes: Set(keys).map { key in
        let own = keys.indices.filter { keys[$0] == key }
        return Part(name: key, prompts: own.count { beyond[$0] }, total: own.count)
      }.filter { $0.prompts > 0 }.sorted { ($1.prompts, $0.name) < ($0.prompts, $1.name) },
      systems: others.compactMap { id in
        guard let own = matches[id] else { return nil }
        let rest = keys.indices.filter { !beyond[$0] }.map { own[$0] == 1 }
        return Estimate.share(rest).map { share in
          Rest(id: id, answered: keys.indices.count { beyond[$0] && own[$0] == 1 }, rest: share)
        }
      })
  }
}

extension ClosedLoopSystem {
  /// The systems that steer a user: through every map, at every factor, by every delta model.
  static func steerings(of user: ClosedLoopUser) -> [ClosedLoopSystemID] {
    (all { _ in true } + sweep).filter { $0.user == user && $0.delta != nil && !$0.isDeltaAlone }.map(\.id)
  }

  /// The systems that are shown without the prompts that are beyond a user.
  static func besideLimits(of user: ClosedLoopUser) -> [ClosedLoopSystemID] {
    switch user {
    case .one: [.oneDelta, .loraOne, .fullOne]
    case .two:
      [.twoDelta, .two(through: .firstPiece), .two(through: .retokenize), .loraTwo, .fullTwo]
    }
  }
}
