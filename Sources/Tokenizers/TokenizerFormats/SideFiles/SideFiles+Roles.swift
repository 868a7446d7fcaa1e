import CMCPrimitives
import CMCVocabulary

extension SideFiles {
  /// Gives the tokens their roles, and notes where files disagree or name what is not there.
  ///
  /// The first statement about a role names its primary token. What the tokenizer's own file says comes last; what its
  /// post-processor merely suggests counts only for a role that nobody states.
  func applyRoles(to description: inout TokenizerDescription, index: ByteStringIndex?) {
    let vocabulary = description.vocabulary
    let names = statements.isEmpty ? nil : index ?? vocabulary.pieceIndex
    var stated: [RoleAssignment] = []
    for statement in statements {
      guard let role = statement.role else { continue }
      if let id = resolve(statement, vocabulary, names, notes: &description.notes) {
        stated.append(RoleAssignment(role: role, id: id, isPrimary: false, source: statement.source))
      }
    }
    let own = vocabulary.roleAssignments
    stated += own.filter { $0.source != HFPipeline.suggestedSource }
    for suggestion in own where suggestion.source == HFPipeline.suggestedSource {
      let first = stated.first { $0.role == suggestion.role }
      if first == nil || first?.id == suggestion.id { stated.append(suggestion) }
    }
    description.vocabulary = vocabulary.withRoles(arrange(stated, vocabulary, notes: &description.notes))
  }

  /// The id that a statement means; a note and nil where there is no such token.
  private func resolve(
    _ statement: SideStatement, _ vocabulary: Vocabulary, _ names: ByteStringIndex?, notes: inout [String]
  ) -> Int32? {
    switch statement.token {
    case .content(let content):
      if let row = names?.row(of: content) { return Int32(row) }
      notes.append("\(statement.source) is \(quoted(content)), which is not in the vocabulary.")
      return nil
    case .id(let id):
      if let known = Int32(exactly: id), vocabulary.kind(known) != .hole { return known }
      // A negative id is how configurations say that there is none.
      if id >= 0 { notes.append("\(statement.source) is \(id), which no token has.") }
      return nil
    }
  }

  /// Marks the primary ids and drops what is said twice by the same source.
  private func arrange(
    _ stated: [RoleAssignment], _ vocabulary: Vocabulary, notes: inout [String]
  ) -> [RoleAssignment] {
    var result: [RoleAssignment] = []
    for role in TokenRole.allCases {
      let ofRole = stated.filter { $0.role == role }
      guard let primary = ofRole.first?.id else { continue }
      noteDisagreement(role, ofRole, vocabulary, notes: &notes)
      var seen: Set<RoleAssignment> = []
      for statement in ofRole {
        let assignment = RoleAssignment(
          role: role, id: statement.id, isPrimary: statement.id == primary, source: statement.source)
        if seen.insert(assignment).inserted { result.append(assignment) }
      }
    }
    return result
  }

  /// One sentence where a source names first a token that the most authoritative source does not name at all.
  private func noteDisagreement(
    _ role: TokenRole, _ statements: [RoleAssignment], _ vocabulary: Vocabulary, notes: inout [String]
  ) {
    guard let leader = statements.first else { return }
    let accepted = Set(statements.filter { $0.source == leader.source }.map(\.id))
    var firsts: [RoleAssignment] = []
    for statement in statements where !firsts.contains(where: { $0.source == statement.source }) {
      firsts.append(statement)
    }
    let others = firsts.filter { !accepted.contains($0.id) && $0.source != GGUFRoles.ownText }
    guard !others.isEmpty else { return }
    let said = ([leader] + others).map {
      "\($0.source) is \($0.id) (\(quoted(vocabulary.pieces[Int($0.id)])))"
    }
    notes.append(
      "Files disagree on the \(role.name) token: \(said.joined(separator: ", ")); \(leader.id) is taken first."
    )
  }
}
