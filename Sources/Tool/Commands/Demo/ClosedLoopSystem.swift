internal import CMCEvaluation

/// A system of the closed loop that models make up.
struct ClosedLoopSystem: Sendable {
  typealias Group = ClosedLoopResult.Group

  let id: String
  let title: String
  let group: Group
  /// `one` or `two`; that of the delta model where no user has a say.
  let user: String
  /// The user model.
  let model: String
  var delta: String?
  var alpha: Double = 1
  /// The map's name among ``ClosedLoopMap``; nil within one vocabulary.
  var map: ClosedLoopMap?
  var isDeltaAlone = false

  /// The ids of all systems that there can be.
  static var ids: [String] { (all { _ in true } + sweep).map(\.id) }

  /// Every system that the models of a folder allow.
  static func all(_ folder: ClosedLoopFolder) -> [ClosedLoopSystem] { all(folder.has) }

  private static func all(_ isThere: (String) -> Bool) -> [ClosedLoopSystem] {
    var systems: [ClosedLoopSystem] = []
    func add(
      _ id: String, _ title: String, _ group: Group, _ user: String, _ model: String, _ delta: String? = nil,
      map: ClosedLoopMap? = nil, alpha: Double = 1, isAlone: Bool = false
    ) {
      guard (model.split(separator: "+").map(String.init) + (delta.map { [$0] } ?? [])).allSatisfy(isThere)
      else { return }
      systems.append(
        ClosedLoopSystem(
          id: id, title: title, group: group, user: user, model: model, delta: delta, alpha: alpha, map: map,
          isDeltaAlone: isAlone))
    }
    add("base-one", "first user, as it is", .baseline, "one", "base-one")
    add("base-two", "second user, as it is", .baseline, "two", "base-two")
    add("delta-alone", "delta model alone", .alone, "one", "delta-a")
    add(
      "delta-alone-mapped", "delta model alone, through the map", .alone, "two", "base-two", "delta-a",
      map: .pmMined, isAlone: true)
    add("full-one", "first user, all weights tuned", .tuned, "one", "a-one")
    add("lora-one", "first user, LoRA", .tuned, "one", "base-one+lora-a-one")
    add("one-delta", "first user + delta", .steered, "one", "base-one", "delta-a")
    add("full-two", "second user, all weights tuned", .tuned, "two", "a-two")
    add("lora-two", "second user, LoRA", .tuned, "two", "base-two+lora-a-two")
    add(
      "two-delta", "second user + delta, PM-MinED map", .steered, "two", "base-two", "delta-a", map: .pmMined)
    for map in ClosedLoopMap.allCases where map != .pmMined {
      add(
        "two-\(map.rawValue)", "second user + delta, \(map.title)", .map, "two", "base-two", "delta-a",
        map: map)
    }
    for (model, id, title) in [
      ("scratch-a", "scratch", "delta from first values"), ("shift-a", "shift", "delta fitted to shifts"),
    ] {
      add("one-\(id)", "first user + \(title)", .otherDelta, "one", "base-one", model)
      add("two-\(id)", "second user + \(title)", .otherDelta, "two", "base-two", model, map: .pmMined)
      add(
        "\(id)-alone-mapped", "\(title), alone through the map", .otherDelta, "two", "base-two", model,
        map: .pmMined, isAlone: true)
    }
    return systems
  }

  /// Both users at the factors of a sweep; 0 and 1 are systems of their own.
  static let sweep = [0.25, 0.5, 0.75, 1.25, 1.5, 2].flatMap { alpha in
    [
      ClosedLoopSystem(
        id: "one-\(alpha)", title: "", group: .steered, user: "one", model: "base-one", delta: "delta-a",
        alpha: alpha),
      ClosedLoopSystem(
        id: "two-\(alpha)", title: "", group: .steered, user: "two", model: "base-two", delta: "delta-a",
        alpha: alpha, map: .pmMined),
    ]
  }
}

/// The maps from the second user's vocabulary to the first's that are compared.
enum ClosedLoopMap: String, CaseIterable, Sendable {
  case pmMined = "pm-mined"
  case exact
  case fallback
  case mined
  case retokenize
  case shuffled1 = "shuffled-1"
  case shuffled2 = "shuffled-2"
  case shuffled3 = "shuffled-3"

  /// In words.
  var title: String {
    switch self {
    case .pmMined: "PM-MinED"
    case .exact: "exact matches only"
    case .fallback: "PM-MinED, then edit distance"
    case .mined: "edit distance"
    case .retokenize: "retokenized"
    case .shuffled1: "shuffled map 1"
    case .shuffled2: "shuffled map 2"
    case .shuffled3: "shuffled map 3"
    }
  }

  /// The options of `cmc align` that make it; nil for those that are shuffled.
  var rules: [String]? {
    switch self {
    case .pmMined: []
    case .exact: ["--method", "exact"]
    case .fallback: ["--fallback", "mined"]
    case .mined: ["--method", "mined"]
    case .retokenize: ["--method", "retokenize"]
    case .shuffled1, .shuffled2, .shuffled3: nil
    }
  }

  /// Which of the shuffled maps it is.
  var shuffle: UInt64 {
    switch self {
    case .shuffled2: 1
    case .shuffled3: 2
    default: 0
    }
  }

  /// Whether it is a control.
  var isShuffled: Bool { rules == nil }
}
