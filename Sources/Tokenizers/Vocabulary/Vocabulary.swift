public import CMCHashing
package import CMCPrimitives

/// All tokens of a tokenizer, canonical: what each contributes to text, its kind and its roles.
///
/// Ids are dense: row `id` of every column belongs to that id, and an id that has no token is a ``TokenKind/hole``.
/// Built by ``VocabularyBuilder``. Nothing here compares strings: Swift's `String` equality is canonical equivalence,
/// by which two different tokens can be equal.
public struct Vocabulary: Sendable {
  /// The pieces as the tokenizer's file spells them; holes are empty.
  package let pieces: ByteTable
  /// The bytes each token contributes to text; for special tokens the UTF-8 of the piece.
  package let canonical: ByteTable
  /// The kind of each id.
  public let kinds: [TokenKind]
  /// Ids whose ``canonical`` bytes begin with a space that may be left out (WordPiece punctuation and CJK), ascending.
  public let optionalSpaceIDs: Set<Int32>
  /// Every statement about roles, the primary one of a role before others.
  public let roleAssignments: [RoleAssignment]
  /// The number of tokens, holes not counted.
  public let tokenCount: Int
  /// SHA-256 over ascending (id, kind, bytes) of all tokens: equal for the same vocabulary in two containers.
  public let fingerprint: SHA256Digest

  private let rolesByID: [Int32: RoleSet]
  private let idsByRole: [TokenRole: [Int32]]

  init(
    pieces: ByteTable, canonical: ByteTable, kinds: [TokenKind], optionalSpaceIDs: Set<Int32>,
    roleAssignments: [RoleAssignment]
  ) {
    self.pieces = pieces
    self.canonical = canonical
    self.kinds = kinds
    self.optionalSpaceIDs = optionalSpaceIDs
    tokenCount = kinds.reduce(0) { $0 + ($1 == .hole ? 0 : 1) }
    fingerprint = Self.fingerprint(canonical: canonical, kinds: kinds)
    (self.roleAssignments, rolesByID, idsByRole) = Self.arrange(roleAssignments)
  }

  /// The same tokens with other roles.
  public func withRoles(_ assignments: [RoleAssignment]) -> Vocabulary {
    Vocabulary(copying: self, roleAssignments: assignments)
  }

  private init(copying other: Vocabulary, roleAssignments: [RoleAssignment]) {
    pieces = other.pieces
    canonical = other.canonical
    kinds = other.kinds
    optionalSpaceIDs = other.optionalSpaceIDs
    tokenCount = other.tokenCount
    fingerprint = other.fingerprint
    (self.roleAssignments, rolesByID, idsByRole) = Self.arrange(roleAssignments)
  }

  /// One more than the highest id.
  public var idLimit: Int { kinds.count }

  /// The kind of an id; ``TokenKind/hole`` for every id outside the vocabulary.
  public func kind(_ id: Int32) -> TokenKind {
    id >= 0 && id < kinds.count ? kinds[Int(id)] : .hole
  }

  /// The roles of a token; empty for most.
  public func roles(of id: Int32) -> RoleSet { rolesByID[id] ?? [] }

  /// The tokens that have a role: the primary one first, then ascending.
  public func ids(of role: TokenRole) -> [Int32] { idsByRole[role] ?? [] }

  /// The bytes by which a token is looked up, in order: where its space is optional first without, then with it.
  public func forms(of id: Int32) -> [ArraySlice<UInt8>] {
    let bytes = canonical[Int(id)]
    return optionalSpaceIDs.contains(id) ? [bytes.dropFirst(), bytes] : [bytes]
  }

  private static func arrange(
    _ assignments: [RoleAssignment]
  ) -> ([RoleAssignment], [Int32: RoleSet], [TokenRole: [Int32]]) {
    var rolesByID: [Int32: RoleSet] = [:]
    var idsByRole: [TokenRole: [Int32]] = [:]
    let ordered = assignments.sorted {
      ($0.role.rawValue, $0.isPrimary ? 0 : 1, $0.id) < ($1.role.rawValue, $1.isPrimary ? 0 : 1, $1.id)
    }
    for assignment in ordered {
      rolesByID[assignment.id, default: []].insert(RoleSet(assignment.role))
      if idsByRole[assignment.role]?.contains(assignment.id) != true {
        idsByRole[assignment.role, default: []].append(assignment.id)
      }
    }
    return (ordered, rolesByID, idsByRole)
  }
}
