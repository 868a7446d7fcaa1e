internal import CMCSentencePieceProto
internal import CMCVocabulary

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// The roles that a SentencePiece model states in its training specification.
///
/// The specification gives each role an id and the spelling of its piece. SentencePiece itself goes by the spelling, so
/// where the two disagree the spelling decides and a note says so. An id of -1 means that there is no such token.
struct SentencePieceRoles {
  private(set) var assignments: [RoleAssignment] = []
  private(set) var notes: [String] = []

  init(_ trainer: SentencePieceTrainerSpec, pieces: SentencePieceTable) {
    add(.unk, "unk", trainer.unkID, trainer.unkPiece, pieces)
    add(.bos, "bos", trainer.bosID, trainer.bosPiece, pieces)
    add(.eos, "eos", trainer.eosID, trainer.eosPiece, pieces)
    add(.pad, "pad", trainer.padID, trainer.padPiece, pieces)
  }

  private mutating func add(
    _ role: TokenRole, _ key: String, _ stated: Int32, _ spelling: Data, _ pieces: SentencePieceTable
  ) {
    guard stated >= 0 else { return }
    let isInRange = Int(stated) < pieces.count
    if isInRange, pieces.piece(Int(stated)) == spelling, pieces.isSpecial(Int(stated)) {
      assign(role, stated, "trainer_spec.\(key)_id")
    } else if let found = pieces.firstSpecial(spelled: spelling) {
      assign(role, Int32(found), "trainer_spec.\(key)_piece")
      notes.append(
        "trainer_spec.\(key)_id is \(stated), but \(shownPiece(spelling)) is id \(found), which is used")
    } else if isInRange, pieces.isSpecial(Int(stated)) {
      assign(role, stated, "trainer_spec.\(key)_id")
    } else if isInRange {
      notes.append("trainer_spec.\(key)_id is \(stated), which is an ordinary piece: no \(role.name) token")
    } else {
      notes.append(
        "trainer_spec.\(key)_id is \(stated), but there are \(pieces.count) pieces: no \(role.name) token")
    }
  }

  private mutating func assign(_ role: TokenRole, _ id: Int32, _ source: String) {
    assignments.append(RoleAssignment(role: role, id: id, isPrimary: true, source: source))
  }
}
