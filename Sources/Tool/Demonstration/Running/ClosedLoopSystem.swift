/// A system of the closed loop that models make up.
package struct ClosedLoopSystem: Sendable {
  package typealias Group = ClosedLoopResult.Group

  package let id: ClosedLoopSystemID
  package let title: String
  package let group: Group
  /// That of the delta model where no user has a say.
  package let user: ClosedLoopUser
  /// The user model.
  package let model: String
  package var delta: String?
  package var alpha: Double = 1
  /// The map's name among ``ClosedLoopMap``; nil within one vocabulary.
  package var map: ClosedLoopMap?
  package var isDeltaAlone = false

  /// The ids of all systems that there can be.
  package static var ids: [ClosedLoopSystemID] { (all { _ in true } + sweep).map(\.id) }

  /// Every system that the models of a folder allow.
  ///
  /// - Parameter isThere: Whether the folder has a model.
  package static func all(_ isThere: (String) -> Bool) -> [ClosedLoopSystem] {
    var systems: [ClosedLoopSystem] = []
    func add(
      _ id: ClosedLoopSystemID, _ title: String, _ group: Group, _ user: ClosedLoopUser, _ model: String,
      _ delta: String? = nil, map: ClosedLoopMap? = nil, alpha: Double = 1, isAlone: Bool = false
    ) {
      guard (model.split(separator: "+").map(String.init) + (delta.map { [$0] } ?? [])).allSatisfy(isThere)
      else { return }
      systems.append(
        ClosedLoopSystem(
          id: id, title: title, group: group, user: user, model: model, delta: delta, alpha: alpha, map: map,
          isDeltaAlone: isAlone))
    }
    add(.baseOne, "first user, as it is", .baseline, .one, "base-one")
    add(.baseTwo, "second user, as it is", .baseline, .two, "base-two")
    add(.deltaAlone, "delta model alone", .alone, .one, "delta-a")
    add(
      .deltaAloneMapped, "delta model alone, through the map", .alone, .two, "base-two", "delta-a",
      map: .pmMined, isAlone: true)
    add(.fullOne, "first user, all weights tuned", .tuned, .one, "a-one")
    add(.loraOne, "first user, LoRA", .tuned, .one, "base-one+lora-a-one")
    add(.oneDelta, "first user + delta", .steered, .one, "base-one", "delta-a")
    add(.fullTwo, "second user, all weights tuned", .tuned, .two, "a-two")
    add(.loraTwo, "second user, LoRA", .tuned, .two, "base-two+lora-a-two")
    add(
      .twoDelta, "second user + delta, PM-MinED map", .steered, .two, "base-two", "delta-a", map: .pmMined)
    for map in ClosedLoopMap.allCases where map != .pmMined {
      add(
        .two(through: map), "second user + delta, \(map.title)", .map, .two, "base-two", "delta-a",
        map: map)
    }
    for other in ClosedLoopDelta.allCases {
      let model = "\(other.rawValue)-a"
      add(.one(with: other), "first user + \(other.title)", .otherDelta, .one, "base-one", model)
      add(
        .two(with: other), "second user + \(other.title)", .otherDelta, .two, "base-two", model, map: .pmMined
      )
      add(
        .aloneMapped(other), "\(other.title), alone through the map", .otherDelta, .two, "base-two", model,
        map: .pmMined, isAlone: true)
    }
    return systems
  }

  /// Both users at the factors of a sweep; 0 and 1 are systems of their own.
  package static let sweep = [0.25, 0.5, 0.6, 0.75, 1.25, 1.5, 2].flatMap { alpha in
    ClosedLoopUser.allCases.map { user in
      ClosedLoopSystem(
        id: .at(alpha, user), title: "", group: .steered, user: user, model: "base-\(user.rawValue)",
        delta: "delta-a", alpha: alpha, map: user == .two ? .pmMined : nil)
    }
  }
}
