import CMCAlignment
import CMCPrimitives
import CMCVocabulary

/// Whether two tokens of different vocabularies stand for the same, by their bytes and roles and not by what a map says.
struct TextRelation {
  let user: Vocabulary
  let delta: Vocabulary
  private let userRoles: [Int32: Set<TokenRole>]
  private let deltaRoles: [Int32: Set<TokenRole>]

  init(user: Vocabulary, delta: Vocabulary) {
    self.user = user
    self.delta = delta
    userRoles = Self.roles(user)
    deltaRoles = Self.roles(delta)
  }

  private static func roles(_ vocabulary: Vocabulary) -> [Int32: Set<TokenRole>] {
    var result: [Int32: Set<TokenRole>] = [:]
    for role in TokenRole.allCases {
      for id in vocabulary.ids(of: role) { result[id, default: []].insert(role) }
    }
    return result
  }

  /// Whether the tokens have equal bytes, one's begin with the other's, or they share a role.
  func holds(_ source: Int32, _ target: Int32) -> Bool {
    guard Int(source) < user.idLimit, Int(target) < delta.idLimit else { return false }
    let kinds = (user.kind(source), delta.kind(target))
    if kinds.0 == .hole || kinds.1 == .hole { return false }
    if kinds.0 == .special || kinds.1 == .special {
      if kinds.0 == kinds.1, user.canonical[Int(source)].elementsEqual(delta.canonical[Int(target)]) {
        return true
      }
      return !(userRoles[source] ?? []).isDisjoint(with: deltaRoles[target] ?? [])
    }
    let (a, b) = (user.canonical[Int(source)], delta.canonical[Int(target)])
    guard !a.isEmpty, !b.isEmpty else { return a.isEmpty && b.isEmpty }
    return a.count <= b.count ? b.starts(with: a) : a.starts(with: b)
  }

  /// Whether the tokens have equal bytes.
  func isExact(_ source: Int32, _ target: Int32) -> Bool {
    guard Int(source) < user.idLimit, Int(target) < delta.idLimit else { return false }
    return user.canonical[Int(source)].elementsEqual(delta.canonical[Int(target)])
  }
}
