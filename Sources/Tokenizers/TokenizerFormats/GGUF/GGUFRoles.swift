internal import CMCGGUF
internal import CMCVocabulary

/// The roles that the metadata of a GGUF file states.
struct GGUFRoles {
  private(set) var assignments: [RoleAssignment] = []
  private(set) var notes: [String] = []

  /// What says that a token is an end beside those that keys name: that contradicts none of them.
  static let ownText = "tokenizer.ggml.tokens: llama.cpp stops at its text"

  /// The keys, and the role each names; of two keys for one role the first one names the primary token.
  ///
  /// The format's own name for the separator is misspelt; both spellings are found in files.
  private static let keys: [(key: String, role: TokenRole)] = [
    ("bos_token_id", .bos), ("eos_token_id", .eos), ("eom_token_id", .eos), ("eot_token_id", .endOfTurn),
    ("padding_token_id", .pad), ("unknown_token_id", .unk), ("mask_token_id", .mask), ("cls_token_id", .cls),
    ("seperator_token_id", .sep), ("separator_token_id", .sep),
  ]

  /// - Parameters:
  ///   - ids: What llama.cpp takes where the file says nothing.
  ///   - ends: The tokens at which llama.cpp stops generation, and their texts.
  ///   - isSpecial: Whether a token is special by the file.
  init(
    _ header: GGUFHeader, ids: GGUFSpecialIDs, ends: [(id: Int32, text: String)], hasToken: (Int) -> Bool,
    isSpecial: (Int) -> Bool
  ) {
    for (name, role) in Self.keys {
      let key = "tokenizer.ggml.\(name)"
      guard let value = header[key] else { continue }
      guard let id = value.integer else {
        notes.append("\(key) is no whole number: not used")
        continue
      }
      // Converters write -1, as a number of either sign, where there is no such token.
      guard id != -1, id != Int(UInt32.max) else { continue }
      guard hasToken(id) else {
        notes.append("\(key) is \(id), which no token has: not used")
        continue
      }
      let isPrimary = !assignments.contains { $0.role == role }
      guard isPrimary || !assignments.contains(where: { $0.role == role && $0.id == Int32(id) }) else {
        continue
      }
      assignments.append(RoleAssignment(role: role, id: Int32(id), isPrimary: isPrimary, source: key))
    }
    for (purpose, role) in Self.purposes where !assignments.contains(where: { $0.role == role }) {
      guard let id = ids[purpose], hasToken(Int(id)) else { continue }
      // What is no special token begins and ends no text.
      guard isSpecial(Int(id)) else { continue }
      assignments.append(
        RoleAssignment(
          role: role, id: id, isPrimary: true,
          source: "tokenizer.ggml.\(purpose.keys[0]), which is left out: llama.cpp's default"))
    }
    for (id, text) in ends where hasToken(Int(id)) { addEnd(id, text) }
  }

  /// Adds a token at which llama.cpp stops by its text, where no key says that it ends something.
  private mutating func addEnd(_ id: Int32, _ text: String) {
    guard !assignments.contains(where: { $0.id == id && [.eos, .endOfTurn].contains($0.role) }) else {
      return
    }
    let role: TokenRole = WellKnownNames.pieces(of: .endOfTurn).contains(text) ? .endOfTurn : .eos
    let isPrimary = !assignments.contains { $0.role == role }
    assignments.append(
      RoleAssignment(
        role: role, id: id, isPrimary: isPrimary, source: Self.ownText))
  }

  private static let purposes: [(GGUFSpecialIDs.Purpose, TokenRole)] = [
    (.bos, .bos), (.eos, .eos),
  ]
}
