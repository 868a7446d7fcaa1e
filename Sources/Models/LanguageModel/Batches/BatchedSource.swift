internal import Dispatch

/// A text's history on a model of a ``BatchedRoom``: a ``LogitSource`` like any other, whose tokens are read together with
/// those of the other texts.
///
/// It belongs to the thread of its text.
package final class BatchedSource: LogitSource {
  /// What does not change of a model.
  struct Limits: Sendable {
    let logitsWidth: Int
    let vocabularySize: Int
    let contextLength: Int
    private let configuration: ModelConfiguration

    /// See ``ModelConfiguration``.
    func turningPieces(_ positions: Range<Int>, _ first: Int) -> [Range<Int>] {
      configuration.turningPieces(positions, rowsFrom: first)
    }

    init(_ session: BatchedSession) {
      configuration = session.model.configuration
      logitsWidth = session.logitsWidth
      vocabularySize = session.model.configuration.vocabularySize
      contextLength = session.contextLength
    }
  }

  /// The history.
  package private(set) var tokens: [Int32] = []
  /// The model's place among those of the room.
  let session: Int
  /// Its name there, once it has asked for something.
  private(set) var row: BatchedSession.Row?
  private let room: BatchedRoom
  private var limits: Limits { room.limits[session] }

  init(_ room: BatchedRoom, session: Int) {
    self.room = room
    self.session = session
  }

  /// The number of logits of a position.
  package var logitsWidth: Int { limits.logitsWidth }
  /// The number of tokens of the vocabulary.
  package var vocabularySize: Int { limits.vocabularySize }
  /// The largest number of tokens the history can have.
  package var contextLength: Int { limits.contextLength }

  /// Appends tokens; see ``LogitSource``.
  ///
  /// `receive` is called while this thread waits, on whichever steps the model.
  ///
  /// - Throws: As ``BatchedSession/extend(_:_:logits:)``, and what computing and `receive` throw.
  package func extend(
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
    do {
      for piece in limits.turningPieces(before..<before + ids.count, before + first) {
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
    try withoutActuallyEscaping(receive) { receive in
      let request = BatchedRequest(
        session: session, row: row, kept: tokens.count, ids: ids, logits: logits, first: first,
        receive: receive)
      room.perform(request)
      row = request.row
      request.receive = { _ in }
      if let failure = request.failure { throw failure }
    }
    tokens += ids
  }

  /// Cuts the history back; the pages of what is cut off are let go of with the next step.
  package func truncate(to count: Int) {
    if count < tokens.count { tokens.removeLast(tokens.count - max(0, count)) }
  }
}

/// What a text waits for.
///
/// Unchecked: the thread that leads the room changes it until it is done; then it belongs to the text's thread, which is
/// told through the room's lock.
final class BatchedRequest: @unchecked Sendable {
  let session: Int
  var row: BatchedSession.Row?
  /// How many tokens of the history are kept.
  let kept: Int
  let ids: [Int32]
  let logits: LogitPositions
  /// The place in the ids of the first whose logits are wanted, where those of all are.
  let first: Int
  var receive: (LogitRows) throws -> Void
  var failure: (any Error)?
  var isBegun = false
  /// Whether it has ended; under the room's lock.
  var isDone = false
  let semaphore = DispatchSemaphore(value: 0)

  init(
    session: Int, row: BatchedSession.Row?, kept: Int, ids: [Int32], logits: LogitPositions, first: Int,
    receive: @escaping (LogitRows) throws -> Void
  ) {
    self.session = session
    self.row = row
    self.kept = kept
    self.ids = ids
    self.logits = logits
    self.first = first
    self.receive = receive
  }
}
