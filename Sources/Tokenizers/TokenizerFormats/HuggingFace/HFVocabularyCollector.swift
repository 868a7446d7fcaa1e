import CMCFastJSON
import CMCFieldTables
import CMCPrimitives
import CMCVocabulary

/// Puts the pieces of the model and the added tokens of a `tokenizer.json` into one vocabulary.
struct HFVocabularyCollector {
  private let model: HFModel
  private let spelling: HFPieceSpelling
  /// In the order of the file.
  private(set) var addedTokens: [AddedToken] = []
  /// The ids of those that are no pieces of the model.
  private(set) var addedOnlyIDs: Set<Int32> = []
  private var addedIndex: [Int32: Int] = [:]
  private(set) var notes: [String]

  init(model: HFModel, spelling: HFPieceSpelling) {
    self.model = model
    self.spelling = spelling
    notes = model.notes
  }

  /// Reads `added_tokens`.
  ///
  /// The library gives ids itself: that of the model's piece with the same text, else the next one after all. What the
  /// file says instead is noted.
  ///
  /// - Throws: ``HFTokenizerError``, `VocabularyError`, `JSONError`.
  mutating func readAddedTokens(_ array: JSONValue) throws {
    let pieceIDs = PieceIDs(model.pieces.ids)
    var next = Int32(clamping: pieceIDs.count)
    var known: [[UInt8]: Int32] = [:]
    for value in try array.expect("an array", { $0.isArray ? $0.elements : nil }) {
      try FieldTable.tokenizerJSON.check(value, in: "added_tokens")
      let stated = try value.require("id")
      guard let id = stated.int, id >= 0, id < VocabularyBuilder.idLimit else {
        throw HFTokenizerError.badID(path: stated.path, found: stated.int.map { "\($0)" } ?? stated.typeName)
      }
      let content = try value.require("content")
      let bytes = try content.expect("a string") { $0.stringBytes }
      var token = AddedToken(
        id: Int32(id), content: String(decoding: bytes, as: UTF8.self),
        isSpecial: value["special"]?.bool ?? false)
      token.singleWord = value["single_word"]?.bool ?? false
      token.leftStrip = value["lstrip"]?.bool ?? false
      token.rightStrip = value["rstrip"]?.bool ?? false
      token.isNormalized = value["normalized"]?.bool ?? !token.isSpecial
      guard !bytes.isEmpty else { continue }
      if let row = model.index.row(of: bytes) {
        if model.pieces.ids[row] != token.id {
          notes.append(
            "tokenizer.json: \(value.path) gives \(quoted(bytes)) the id \(id), model.vocab \(model.pieces.ids[row]); "
              + "the latter counts.")
        }
        token.id = model.pieces.ids[row]
      } else if let earlier = known[bytes] {
        token.id = earlier
      } else {
        if token.id != next {
          notes.append(
            "tokenizer.json: \(value.path) gives \(quoted(bytes)) the id \(id); it has \(next), as the tokenizers "
              + "library counts added tokens on from the pieces of the model.")
        }
        token.id = next
        next += 1
        addedOnlyIDs.insert(token.id)
        if pieceIDs.contains(token.id), let row = model.pieces.ids.firstIndex(of: token.id) {
          throw HFTokenizerError.addedIDTaken(
            path: value.path, id: Int(token.id), piece: quoted(model.pieces.pieces[row]))
        }
      }
      known[bytes] = token.id
      add(token)
    }
  }

  private mutating func add(_ token: AddedToken) {
    if let earlier = addedIndex[token.id] {
      // The later of two entries counts; what was special stays so.
      let wasSpecial = addedTokens[earlier].isSpecial
      addedTokens[earlier] = token
      addedTokens[earlier].isSpecial = token.isSpecial || wasSpecial
      return
    }
    addedIndex[token.id] = addedTokens.count
    addedTokens.append(token)
  }

  /// One more than the highest id of the pieces and the added tokens.
  var idLimit: Int {
    Int(max(model.pieces.ids.max() ?? -1, addedTokens.lazy.map(\.id).max() ?? -1)) + 1
  }

  /// Makes the vocabulary, with the roles that the file itself gives.
  ///
  /// - Throws: `VocabularyError`.
  mutating func finish(pipeline: HFPipeline) throws -> Vocabulary {
    var builder = VocabularyBuilder(capacity: model.pieces.count + addedTokens.count)
    // Added tokens go in where their id comes up, so that a file in the order of its ids needs no sorting.
    var waiting = addedTokens.indices.map { (id: addedTokens[$0].id, place: $0) }.sorted { $0.id > $1.id }
    var overridden: [(id: Int32, row: Int)] = []
    let unknown = model.unknown?.id ?? -1
    let ids = model.pieces.ids
    let (spelling, isAdded, tokens) = (spelling, addedIndex.isEmpty ? nil : addedIndex, addedTokens)
    let highestAdded = waiting.first?.id ?? -1
    try model.pieces.pieces.withUnsafeRows { rows in
      try ids.withUnsafeBufferPointer { ids in
        for row in 0..<rows.count {
          let id = ids[row]
          if id <= highestAdded, let place = isAdded?[id] {
            if !tokens[place].content.utf8.elementsEqual(rows[row]) { overridden.append((id, row)) }
            while let next = waiting.last, next.id <= id {
              try spelling.add(tokens[next.place], isUnknown: next.id == unknown, to: &builder)
              waiting.removeLast()
            }
          } else if id == unknown {
            try builder.addSpecial(id: Int(id), piece: Array(rows[row]))
          } else {
            try spelling.add(rows[row], id: Int(id), to: &builder)
          }
        }
      }
    }
    for next in waiting.reversed() {
      try spelling.add(tokens[next.place], isUnknown: next.id == unknown, to: &builder)
    }
    for (id, row) in overridden { noteOverridden(id, piece: model.pieces.pieces[row]) }
    for statement in roleStatements(pipeline) {
      if builder.contains(Int(statement.id)) {
        builder.assign(
          statement.role, id: statement.id, isPrimary: statement.isPrimary, source: statement.source)
      } else {
        notes.append("\(statement.source) names id \(statement.id), which no token has.")
      }
    }
    return try builder.finish()
  }

  private mutating func noteOverridden(_ id: Int32, piece: ArraySlice<UInt8>) {
    guard let index = addedIndex[id] else { return }
    notes.append(
      "tokenizer.json: id \(id) is \(quoted(piece)) in model.vocab and "
        + "\(quoted(addedTokens[index].content.utf8)) in added_tokens; the latter counts.")
  }

  /// The unknown token and what the post-processor puts at the ends of a text.
  private func roleStatements(_ pipeline: HFPipeline) -> [RoleAssignment] {
    var statements = pipeline.postProcessorRoles.map { statement in
      guard let index = addedIndex[statement.id] else { return statement }
      // Files of BERT's kind put their two marks there with a template, which does not name them.
      let name = addedTokens[index].content.lowercased()
      let role: TokenRole = name.contains("cls") ? .cls : name.contains("sep") ? .sep : statement.role
      return RoleAssignment(role: role, id: statement.id, isPrimary: true, source: statement.source)
    }
    if let unknown = model.unknown {
      statements.append(RoleAssignment(role: .unk, id: unknown.id, isPrimary: true, source: unknown.source))
    }
    return statements
  }
}

/// Which ids the pieces of a model have: a bit for each, since every added token asks.
private struct PieceIDs {
  private var isThere: [Bool]
  /// How many different ids there are.
  private(set) var count = 0

  init(_ ids: [Int32]) {
    isThere = [Bool](repeating: false, count: Int(ids.max() ?? -1) + 1)
    for id in ids where !isThere[Int(id)] {
      isThere[Int(id)] = true
      count += 1
    }
  }

  func contains(_ id: Int32) -> Bool { isThere.indices.contains(Int(id)) && isThere[Int(id)] }
}
