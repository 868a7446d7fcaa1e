package import CMCLinearAlgebra
package import CMCPrimitives

/// A history of tokens on a model, with the keys and values of its positions: what generation and measurement run on.
///
/// Not safe to share between threads; any number of sessions may share a model. Memory: the cache, which grows with the
/// history, and ``workspaceBytes``; the weights stay in the mapped file. Of layers that have a state in place of keys and
/// values the cache holds some states, from 3 to 12 whatever the history's length; cutting the history back may then cost
/// reading some tokens again, with the next ones. So does a history that grows beyond the length, or is cut back behind it,
/// up to which a model's positions turn by other angles (longrope): all of its tokens are read again.
public final class LanguageModelSession: LogitSource {
  /// The positions that go through the layers together; more are done in several rounds.
  public static let chunk = 256

  /// The model.
  public let model: LanguageModel
  /// The history.
  public private(set) var tokens: [Int32] = []
  /// The largest number of tokens the history can have.
  public let contextLength: Int

  private let engine: ComputeEngine
  private let cache: KeyValueCache
  private let pass: ForwardPass
  private let statePool: StatePool
  private let passStates = PassStates()
  private var states: StateHistory
  private var computed = ComputedPositions()

  /// Begins with an empty history.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - precision: How products are computed.
  ///   - threads: How many threads compute; the logits do not depend on it.
  ///   - isa: The instruction set.
  ///   - contextLength: A limit below the model's own, or nil.
  ///   - chunk: The most positions that go through the layers together; the workspace grows with it.
  package init(
    _ model: LanguageModel, precision: Precision = .exact, threads: Int = defaultThreadCount,
    isa: KernelISA = .current, contextLength: Int? = nil, chunk: Int = chunk
  ) {
    let own = model.configuration.contextLength
    self.model = model
    self.contextLength = max(1, min(own, contextLength ?? own))
    engine = ComputeEngine(precision: precision, threads: threads, isa: isa)
    cache = KeyValueCache(widths: model.configuration.keptWidths)
    statePool = StatePool(elements: model.configuration.stateSize)
    states = StateHistory(statePool)
    pass = ForwardPass(
      model, engine: engine, store: cache, states: passStates,
      positions: max(1, min(chunk, self.contextLength)))
  }

  /// The number of logits of a position.
  public var logitsWidth: Int { model.logitsWidth }
  /// The number of tokens of the vocabulary.
  public var vocabularySize: Int { model.configuration.vocabularySize }
  /// The memory of intermediate results in bytes, beside the weights and the cache.
  public var workspaceBytes: Int { pass.bytes + engine.workspaceBytes }
  /// The memory of keys, values and states in bytes, as far as it is set aside.
  public var cacheBytes: Int {
    2 * cache.capacity * cache.widths.reduce(0, +) * MemoryLayout<Float>.stride
      + statePool.bytes
  }

  /// Appends tokens; see ``LogitSource``.
  ///
  /// - Throws: `FileError` with a ``LanguageModelError``, and what `receive` throws.
  /// - Complexity: O(ids · (weights + history · layers)).
  public func extend(
    _ ids: [Int32], logits: LogitPositions, _ receive: (Int, UnsafeBufferPointer<Float>) throws -> Void
  ) throws {
    try extend(ids, logits, from: 0) { rows in
      for row in 0..<rows.count { try receive(rows.first + row, rows[row]) }
    }
  }

  /// Appends tokens and gives the logits from one on; see ``LogitSource``.
  ///
  /// - Throws: As ``extend(_:logits:_:)``.
  package func extend(
    _ ids: [Int32], rowsFrom first: Int, _ receive: (LogitRows) throws -> Void
  ) throws {
    let before = tokens.count
    let pieces = model.configuration.turningPieces(before..<before + ids.count, rowsFrom: before + first)
    do {
      for piece in pieces {
        try extend(
          Array(ids[piece.lowerBound - before..<piece.upperBound - before]), .all,
          from: max(0, before + first - piece.lowerBound), receive)
      }
    } catch {
      truncate(to: before)
      throw error
    }
  }

  private func extend(
    _ ids: [Int32], _ logits: LogitPositions, from first: Int, _ receive: (LogitRows) throws -> Void
  ) throws {
    let before = tokens.count
    try withFile(model.path) { try check(ids) }
    cache.reserve(before + ids.count, filled: before, limit: contextLength)
    pass.reserve(cache.capacity)
    tokens.append(contentsOf: ids)
    do {
      if !ids.isEmpty {
        if computed.turn(model.configuration.turning(ofTextsOf: tokens.count)) { states.truncate(to: 0) }
        try readAgain(before)
      }
      var start = 0
      while start < ids.count {
        let end = min(ids.count, start + pass.workspace.positions)
        try run(ids[start..<end], past: before + start)
        switch logits {
        case .none: break
        case .last where end < ids.count: break
        case .last:
          let last = end - start - 1..<end - start
          try give((last, last), behind: before + start, receive)
        case .all:
          for piece in pass.headPieces(end - start, from: first - start) {
            try give(piece, behind: before + start, receive)
          }
        }
        start = end
      }
    } catch {
      truncate(to: before)
      throw error
    }
  }

  /// Cuts the history back; keys and values of what stays are kept.
  public func truncate(to count: Int) {
    guard count < tokens.count else { return }
    tokens.removeLast(tokens.count - max(0, count))
    states.truncate(to: tokens.count)
    computed.truncate(to: tokens.count)
  }

  /// Takes tokens through the layers, and keeps the state behind them where layers have one.
  private func run(_ ids: ArraySlice<Int32>, past: Int) throws {
    guard statePool.elements > 0 else {
      try withFile(model.path) { try pass.run(ids, past: past, textLength: tokens.count) }
      computed.keep(past + ids.count)
      return
    }
    let next = statePool.state()
    passStates.places = [(states.last.map { UnsafePointer($0.start) } ?? statePool.zeros, next.start)]
    try withFile(model.path) { try pass.run(ids, past: past, textLength: tokens.count) }
    states.keep(next, end: past + ids.count)
    computed.keep(past + ids.count)
  }

  /// Computes what the cache lacks of the first so many tokens: states where the history was cut back to a place without
  /// one, or everything where positions turn otherwise now.
  private func readAgain(_ count: Int) throws {
    while let again = computed.nextAgain(count, states, isStateful: statePool.elements > 0) {
      let last = min(again.upperBound, again.lowerBound + pass.workspace.positions)
      try run(tokens[again.lowerBound..<last], past: again.lowerBound)
    }
  }

  /// Gives the logits of a piece of the round that begins behind so many positions.
  private func give(
    _ piece: (computed: Range<Int>, wanted: Range<Int>), behind first: Int,
    _ receive: (LogitRows) throws -> Void
  ) throws {
    let logits = try withFile(model.path) { try pass.logits(of: piece.computed) }
    let start = logits + (piece.wanted.lowerBound - piece.computed.lowerBound) * logitsWidth
    try receive(
      LogitRows(
        first: first + piece.wanted.lowerBound,
        values: UnsafeBufferPointer(start: start, count: piece.wanted.count * logitsWidth),
        width: logitsWidth))
  }

  private func check(_ ids: [Int32]) throws(LanguageModelError) {
    guard ids.count <= contextLength - tokens.count else {
      throw .contextOverflow(tokens: tokens.count + ids.count, limit: contextLength)
    }
    for id in ids where id < 0 || Int(id) >= model.embeddingRows {
      throw .token(id: id, limit: model.embeddingRows)
    }
  }
}
