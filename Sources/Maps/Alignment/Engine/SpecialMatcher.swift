import CMCPrimitives
package import CMCVocabulary

/// Rule 2 of PM-MinED: where a special token goes.
///
/// In this order: a special target with the same piece and a shared role; one with a shared role, in a fixed order of
/// roles; one with the same piece. Source: ExactSemantics, section 2.
struct SpecialMatcher {
  /// The order in which a token's roles are tried.
  ///
  /// A token whose only role is unk is a case of its own.
  static let roleOrder: [TokenRole] = [.endOfTurn, .eos, .bos, .pad, .mask, .cls, .sep]

  private let source: Vocabulary
  private let target: Vocabulary
  /// Special targets by piece, ascending.
  private let targetsByPiece: [ArraySlice<UInt8>: [Int32]]

  init(source: Vocabulary, target: Vocabulary) {
    self.source = source
    self.target = target
    var byPiece: [ArraySlice<UInt8>: [Int32]] = [:]
    for id in 0..<target.idLimit where target.kinds[id] == .special {
      byPiece[target.canonical[id], default: []].append(Int32(id))
    }
    targetsByPiece = byPiece
  }

  /// The target of a special source token and why, or nil.
  func match(_ id: Int32) -> (id: Int32, reason: SpecialReason)? {
    let roles = source.roles(of: id)
    let samePiece = targetsByPiece[source.canonical[Int(id)]] ?? []
    if let both = samePiece.first(where: { !target.roles(of: $0).isDisjoint(with: roles) }) {
      return (both, .pieceAndRole(roles.intersection(target.roles(of: both))))
    }
    if roles == RoleSet(.unk) {
      if let unk = specials(of: .unk).first(where: { target.roles(of: $0) == RoleSet(.unk) }) {
        return (unk, .role(.unk, as: .unk))
      }
    } else {
      for role in Self.roleOrder where roles.contains(role) {
        if let found = specials(of: role).first { return (found, .role(role, as: role)) }
        if role == .endOfTurn, let found = specials(of: .eos).first { return (found, .role(role, as: .eos)) }
      }
    }
    return samePiece.first.map { ($0, .piece) }
  }

  /// The special targets that have a role, the primary one first.
  private func specials(of role: TokenRole) -> [Int32] {
    target.ids(of: role).filter { target.kind($0) == .special }
  }
}

/// What two special tokens have in common.
package enum SpecialReason: Sendable, Equatable, CustomStringConvertible {
  /// The piece and these roles.
  case pieceAndRole(RoleSet)
  /// A role of the source, met by a role of the target.
  case role(TokenRole, as: TokenRole)
  /// The piece only.
  case piece

  /// In words.
  package var description: String {
    switch self {
    case .pieceAndRole(let roles):
      "same piece and role \(roles.roles.map(\.name).joined(separator: ", "))"
    case .role(let role, let met):
      role == met ? "same role \(role.name)" : "role \(role.name) met by \(met.name)"
    case .piece: "same piece"
    }
  }
}
