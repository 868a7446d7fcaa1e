package import CMCLinearAlgebra
package import CMCPrimitives

/// Many histories on one model that go on together: what decodes several texts at once.
///
/// Histories join and leave at any time. Each can be asked for more tokens, and ``step(_:)`` takes what is asked for through
/// the model together, a round of each: decoding reads the weights once for all of them, and a long prompt goes in rounds
/// between the tokens of the others. Whoever has waited longest comes first.
///
/// With precision `exact` a history's logits are those of a ``LanguageModelSession`` that was asked for the same, bit for
/// bit, whatever the others do. With `fast` they do not depend on the others either, but may differ from a session's by
/// rounding where fewer than four positions are added.
///
/// Keys and values lie in pages of 16 positions. Histories that begin with the same tokens, read in one piece, share pages
/// round by round, the last round included where it ends alike; the shared part is computed once. Of layers with a state
/// each history holds some states, and a shared beginning one a round.
///
/// Not safe to share between threads.
package final class BatchedSession {
  /// A history's name.
  package struct Row: Hashable, Sendable {
    fileprivate let number: Int
  }

  /// What became of what a history was asked for.
  package enum Outcome {
    /// All of its tokens are read, and the logits given.
    case done(Row)
    /// The history is what it was before.
    case failed(Row, any Error)
  }

  /// The model.
  package let model: LanguageModel
  /// The largest number of tokens a history can have.
  package let contextLength: Int
  /// The most positions of a history in one step.
  package let chunk: Int

  private let engine: ComputeEngine
  private let cache: PagedCache
  private let statePool: StatePool
  private let passStates = PassStates()
  private let pass: ForwardPass
  private var histories: [Row: BatchedHistory] = [:]
  private var prefixes = PrefixTable()
  private var nextRow = 0
  private var nextTicket = 0
  private var angles = 0
  private var pageLength: Int { PagedHistory.pageLength }

  /// Begins without histories.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - precision: How products are computed.
  ///   - threads: How many threads compute; the logits do not depend on it.
  ///   - isa: The instruction set.
  ///   - contextLength: A limit below the model's own, or nil.
  ///   - chunk: The most positions of a history in one step; that of a session, where its numbers are wanted.
  package init(
    _ model: LanguageModel, precision: Precision = .exact, threads: Int = defaultThreadCount,
    isa: KernelISA = .current, contextLength: Int? = nil, chunk: Int = LanguageModelSession.chunk
  ) {
    let own = model.configuration.contextLength
    self.model = model
    self.contextLength = max(1, min(own, contextLength ?? own))
    self.chunk = max(1, min(chunk, self.contextLength))
    engine = ComputeEngine(precision: precision, threads: threads, isa: isa)
    cache = PagedCache(widths: model.configuration.keptWidths)
    statePool = StatePool(elements: model.configuration.stateSize)
    pass = ForwardPass(
      model, engine: engine, store: cache, states: passStates, positions: 2 * self.chunk,
      headPositions: Workspace.headPositions(width: model.logitsWidth, positions: self.chunk))
  }

  /// The number of logits of a position.
  package var logitsWidth: Int { model.logitsWidth }
  /// The memory of intermediate results in bytes, beside the weights and the pages.
  package var workspaceBytes: Int { pass.bytes + engine.workspaceBytes }
  /// The memory of keys, values and states in bytes.
  package var cacheBytes: Int { cache.pool.bytes + statePool.bytes }
  /// How many states histories hold; what several share counts once.
  package var stateCount: Int { statePool.used }
  /// How many pages of keys and values histories hold; what several share counts once.
  package var pageCount: Int { cache.pool.used }
  /// Whether a step would do something.
  package var hasWork: Bool { histories.values.contains { $0.isAtWork } }

  /// A history more, which is empty.
  package func join() -> Row {
    nextRow += 1
    let row = Row(number: nextRow)
    histories[row] = BatchedHistory(statePool)
    return row
  }

  /// Ends a history, whatever it is doing.
  package func leave(_ row: Row) { histories[row] = nil }

  /// The tokens of a history that have been read.
  package func tokens(of row: Row) -> [Int32] { histories[row]?.tokens ?? [] }

  /// Asks for tokens to be appended to a history; ``step(_:)`` does it.
  ///
  /// - Parameters:
  ///   - row: A history that waits for nothing.
  ///   - ids: The tokens; none is allowed.
  ///   - logits: For which of the new positions logits are given.
  ///   - first: Where those of all are, the place in `ids` of the first token behind which they are wanted.
  /// - Throws: `FileError` with a ``LanguageModelError`` for an id that does not exist or a history that would be too long.
  package func extend(
    _ row: Row, _ ids: [Int32], logits: LogitPositions, from first: Int = 0
  ) throws {
    guard let history = histories[row] else { preconditionFailure("a history that has left") }
    precondition(!history.isAtWork, "a history is asked for one thing at a time")
    try withFile(model.path) { try check(ids, behind: history.tokens.count) }
    history.start = history.tokens.count
    history.textLength = history.start + ids.count
    if !ids.isEmpty { history.turn(model.configuration.turning(ofTextsOf: history.textLength)) }
    history.pending = ids[...]
    history.wanted = logits
    history.wantedFrom = history.start + first
    history.isAtWork = true
    history.ticket = nextTicket
    nextTicket += 1
  }

  /// Cuts a history that waits for nothing back to its first tokens.
  package func truncate(_ row: Row, to count: Int) {
    histories[row]?.truncate(to: count, pageLength: pageLength)
  }

  /// Takes a round of what is asked for through the model, of as many histories as there is room for.
  ///
  /// - Parameter receive: Called with the wanted positions of histories and their logits, which last as long as the call;
  ///   ascending for each history. What it throws is that history's failure.
  /// - Returns: The histories whose work has ended.
  /// - Complexity: O(weights + positions · history · layers).
  package func step(
    _ receive: (Row, Int, UnsafeBufferPointer<Float>) throws -> Void
  ) -> [Outcome] {
    stepRows { row, logits in
      for index in 0..<logits.count { try receive(row, logits.first + index, logits[index]) }
    }
  }

  /// The same, with the logits of several positions of a history at a time.
  package func stepRows(_ receive: (Row, LogitRows) throws -> Void) -> [Outcome] {
    var outcomes: [Outcome] = []
    var rounds = select(&outcomes, receive)
    while !rounds.isEmpty {
      let next = prepare(rounds)
      do {
        try withFile(model.path) {
          try pass.run(
            rounds.flatMap(\.tokens),
            segments: rounds.map {
              PassSegment(count: $0.count, past: $0.past, textLength: $0.history.textLength)
            })
        }
        for place in rounds.indices {
          rounds[place].advance()
          if !next.isEmpty { rounds[place].history.states.keep(next[place], end: rounds[place].end) }
        }
        finish(rounds, &outcomes, receive)
        return outcomes
      } catch {
        // Whose numbers are not finite is out; the others are computed again, which changes nothing for them.
        let broken = Set(pass.brokenSegments())
        for (place, round) in rounds.enumerated() where broken.contains(place) || broken.isEmpty {
          fail(round, error, &outcomes)
        }
        rounds = broken.isEmpty ? [] : rounds.indices.filter { !broken.contains($0) }.map { rounds[$0] }
      }
    }
    return outcomes
  }

  private func check(_ ids: [Int32], behind count: Int) throws(LanguageModelError) {
    guard ids.count <= contextLength - count else {
      throw .contextOverflow(tokens: count + ids.count, limit: contextLength)
    }
    for id in ids where id < 0 || Int(id) >= model.embeddingRows {
      throw .token(id: id, limit: model.embeddingRows)
    }
  }
}

extension BatchedSession {
  /// What a history reads in one step.
  private struct Round {
    let row: Row
    let history: BatchedHistory
    let count: Int
    /// The history's position before the round.
    let past: Int
    /// Whether it has read the tokens before, and only what the cache lacks of them is brought back.
    let isAgain: Bool
    /// The tokens, once they are read.
    var ids: [Int32] = []

    /// The tokens to be read.
    var tokens: ArraySlice<Int32> {
      isAgain ? history.tokens[past..<end] : history.pending.prefix(count)
    }
    /// The position behind the round.
    var end: Int { past + count }

    /// Notes that the positions are computed.
    mutating func advance() {
      ids = Array(tokens)
      history.computed.keep(end)
      guard !isAgain else { return }
      history.tokens += ids
      history.pending.removeFirst(count)
    }
  }

  /// The rounds of the next step, the shorter ones first.
  private func select(
    _ outcomes: inout [Outcome], _ receive: (Row, LogitRows) throws -> Void
  ) -> [Round] {
    var rounds: [Round] = []
    var beginnings: Set<PrefixTable.Key> = []
    // Some room for those who add a few tokens, and some for long prompts, so that neither keeps the other waiting.
    var (short, long) = (0, 0)
    for (row, history) in histories.filter({ $0.value.isAtWork }).sorted(by: {
      $0.value.ticket < $1.value.ticket
    }) {
      if let outcome = adopt(row, history, receive) {
        outcomes.append(outcome)
        continue
      }
      let again = history.computed.nextAgain(
        history.tokens.count, history.states, isStateful: statePool.elements > 0)
      let past = again?.lowerBound ?? history.tokens.count
      let count = min(chunk, again?.count ?? history.pending.count)
      let isShort = count <= max(1, chunk / 16)
      if isShort ? short + count > chunk : long + count > chunk { continue }
      if history.isBeginning {
        // Of several that begin alike one goes ahead, and the others take what it has computed.
        let key = PrefixTable.Key(
          parent: history.prefix, ids: Array(history.pending.prefix(count)),
          turning: history.computed.turning)
        guard beginnings.insert(key).inserted else { continue }
      }
      if isShort { short += count } else { long += count }
      rounds.append(Round(row: row, history: history, count: count, past: past, isAgain: again != nil))
    }
    return rounds.enumerated().sorted { ($0.element.count, $0.offset) < ($1.element.count, $1.offset) }.map(
      \.element)
  }

  /// Takes over rounds that others have computed.
  ///
  /// - Returns: What became of the history, where nothing is left to compute.
  private func adopt(
    _ row: Row, _ history: BatchedHistory, _ receive: (Row, LogitRows) throws -> Void
  ) -> Outcome? {
    while history.isBeginning, history.wanted != .all, !history.pending.isEmpty {
      let ids = Array(history.pending.prefix(chunk))
      let key = PrefixTable.Key(parent: history.prefix, ids: ids, turning: history.computed.turning)
      guard let prefix = prefixes.prefix(key) else { break }
      let isLast = ids.count == history.pending.count
      if isLast, history.wanted == .last, prefix.logits == nil { break }
      history.pending.removeFirst(ids.count)
      history.tokens += ids
      history.pages = prefix.pages
      history.computed.keep(history.tokens.count)
      if let state = prefix.state { history.states.keep(state, end: prefix.end) }
      history.prefix = prefix
      if isLast, history.wanted == .last, let logits = prefix.logits {
        do {
          try logits.withUnsafeBufferPointer {
            try receive(row, LogitRows(first: history.tokens.count - 1, values: $0, width: logitsWidth))
          }
        } catch {
          history.giveUp(pageLength: pageLength)
          return .failed(row, error)
        }
      }
    }
    guard history.pending.isEmpty else { return nil }
    history.isAtWork = false
    return .done(row)
  }

  /// Makes room for the rounds.
  ///
  /// - Returns: The states that they will leave behind, where layers have any.
  private func prepare(_ rounds: [Round]) -> [HistoryState] {
    for round in rounds {
      round.history.makeRoom(for: round.past..<round.end, pageLength: pageLength, from: cache.pool)
    }
    cache.prepare(rounds.map(\.history.pages))
    let longest = rounds.reduce(0) { max($0, $1.history.textLength) }
    if longest > angles {
      angles = min(contextLength, max(longest, 2 * angles, 512))
      pass.reserve(angles)
    }
    guard statePool.elements > 0 else { return [] }
    let next = rounds.map { _ in statePool.state() }
    passStates.places = zip(rounds, next).map { round, state in
      (round.history.states.last.map { UnsafePointer($0.start) } ?? statePool.zeros, state.start)
    }
    return next
  }

  private func fail(_ round: Round, _ error: any Error, _ outcomes: inout [Outcome]) {
    round.history.giveUp(pageLength: pageLength)
    outcomes.append(.failed(round.row, error))
  }

  /// Some positions of a round that go through the head together.
  private struct HeadPiece {
    let round: Int
    /// Those that are computed, by their places in the pass.
    let computed: Range<Int>
    /// Those that somebody wants, likewise.
    let wanted: Range<Int>
    /// What is to be added to a place in the pass for the position in the history.
    let shift: Int
    /// Whether it must not be computed with others.
    let isAlone: Bool
  }

  /// The pieces of all rounds: each round's first one, then each one's second, and so on; the shorter ones first.
  private func headPieces(_ rounds: [Round]) -> [[HeadPiece]] {
    var turns: [[HeadPiece]] = []
    let sumsEachAlone = engine.sumsEachAlone(model.weights.head.matrix)
    var state = 0
    for (index, round) in rounds.enumerated() {
      let (start, history) = (state, round.history)
      state += round.count
      guard !round.isAgain else { continue }
      func piece(_ computed: Range<Int>, _ wanted: Range<Int>, isAlone: Bool) -> HeadPiece {
        HeadPiece(
          round: index, computed: start + computed.lowerBound..<start + computed.upperBound,
          wanted: start + wanted.lowerBound..<start + wanted.upperBound, shift: round.past - start,
          isAlone: isAlone)
      }
      var pieces: [HeadPiece] = []
      switch history.wanted {
      case .none: break
      case .last:
        let last = round.count - 1..<round.count
        if history.pending.isEmpty { pieces = [piece(last, last, isAlone: false)] }
      case .all:
        // Few positions of one history are products of a session's own kind, whose numbers they are to have.
        pieces = pass.headPieces(round.count, from: history.wantedFrom - round.past).map {
          piece($0.computed, $0.wanted, isAlone: sumsEachAlone && $0.computed.count < 4)
        }
      }
      for (turn, piece) in pieces.enumerated() {
        if turn == turns.count { turns.append([]) }
        turns[turn].append(piece)
      }
    }
    return turns.map { turn in
      turn.enumerated().sorted {
        ($0.element.computed.count, $0.offset) < ($1.element.computed.count, $1.offset)
      }.map(\.element)
    }
  }

  /// The pieces of one turn that go through the head at once.
  private func headCalls(_ pieces: [HeadPiece]) -> [[HeadPiece]] {
    var calls: [[HeadPiece]] = pieces.filter(\.isAlone).map { [$0] }
    var room = 0
    for piece in pieces where !piece.isAlone {
      if piece.computed.count > room {
        calls.append([])
        room = pass.workspace.headPositions
      }
      calls[calls.count - 1].append(piece)
      room -= piece.computed.count
    }
    return calls
  }

  /// Gives logits, notes beginnings, and says who is done.
  private func finish(
    _ rounds: [Round], _ outcomes: inout [Outcome], _ receive: (Row, LogitRows) throws -> Void
  ) {
    var failures: [Int: any Error] = [:]
    var lastLogits: [Int: [Float]] = [:]
    for call in headPieces(rounds).flatMap(headCalls) {
      give(call, of: rounds, &failures, &lastLogits, receive)
    }
    for (index, round) in rounds.enumerated() {
      if let error = failures[index] {
        fail(round, error, &outcomes)
        continue
      }
      note(round, lastLogits[index])
      if round.history.pending.isEmpty {
        round.history.isAtWork = false
        outcomes.append(.done(round.row))
      }
    }
  }

  /// Computes the logits of pieces and gives them, piece by piece.
  private func give(
    _ pieces: [HeadPiece], of rounds: [Round], _ failures: inout [Int: any Error],
    _ lastLogits: inout [Int: [Float]], _ receive: (Row, LogitRows) throws -> Void
  ) {
    let isAlone = pieces.first?.isAlone ?? false
    var logits: UnsafePointer<Float>?
    if !isAlone { logits = pass.logits(ofEach: pieces.map(\.computed)) }
    var row = 0
    for piece in pieces {
      let (round, count) = (rounds[piece.round], piece.computed.count)
      defer { row += count }
      guard failures[piece.round] == nil else { continue }
      do {
        let all = try withFile(model.path) {
          if let logits {
            if let error = pass.brokenLogits(rows: row..<row + count) { throw error }
            return logits + row * logitsWidth
          }
          return try pass.logits(of: piece.computed)
        }
        let values = UnsafeBufferPointer(
          start: all + (piece.wanted.lowerBound - piece.computed.lowerBound) * logitsWidth,
          count: piece.wanted.count * logitsWidth)
        if round.history.wanted == .last, round.history.isBeginning(before: round.past) {
          lastLogits[piece.round] = Array(values)
        }
        try receive(
          round.row,
          LogitRows(first: piece.wanted.lowerBound + piece.shift, values: values, width: logitsWidth))
      } catch {
        failures[piece.round] = error
      }
    }
  }

  /// Notes a beginning that others may share.
  private func note(_ round: Round, _ logits: [Float]?) {
    let history = round.history
    guard history.isBeginning(before: round.past), !round.isAgain else { return }
    let pages = (history.tokens.count + pageLength - 1) / pageLength
    let prefix = HistoryPrefix(
      parent: history.prefix, ids: round.ids, turning: history.computed.turning,
      pages: Array(history.pages.prefix(pages)), state: history.states.last, logits: logits)
    history.prefix = prefix
    prefixes.add(prefix)
  }
}

extension BatchedHistory {
  /// Whether a round that began at a position was one of a beginning.
  fileprivate func isBeginning(before position: Int) -> Bool {
    start == 0 && (prefix?.end ?? 0) == position
  }
}
