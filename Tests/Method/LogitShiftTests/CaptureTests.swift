import CMCAlignment
import CMCLanguageModel
import CMCPrimitives
import TestSupport
import Testing

@testable import CMCLogitShift

/// A model whose logits depend on its whole history, and which counts what it reads.
private final class HistoryModel: LogitSource {
  let logitsWidth = 12
  let vocabularySize = 12
  let contextLength = 1000
  private(set) var tokens: [Int32] = []
  private(set) var read = 0
  /// Whether rows are given all at once.
  var givesRows = false

  static func logits(_ history: ArraySlice<Int32>, salt: Int = 0) -> [Float] {
    let sum = history.enumerated().reduce(salt) { ($0 &* 31 &+ Int($1.element) &+ $1.offset) & 0xFFFF }
    return (0..<12).map { hashed(sum, $0) }
  }

  func extend(
    _ ids: [Int32], logits: LogitPositions, _ receive: (Int, UnsafeBufferPointer<Float>) throws -> Void
  ) throws {
    for (place, id) in ids.enumerated() {
      tokens.append(id)
      read += 1
      guard logits == .all || (logits == .last && place == ids.count - 1) else { continue }
      try Self.logits(tokens[...]).withUnsafeBufferPointer { try receive(tokens.count - 1, $0) }
    }
  }

  func extend(_ ids: [Int32], rowsFrom first: Int, _ receive: (LogitRows) throws -> Void) throws {
    let start = tokens.count + first
    var rows: [Float] = []
    try extend(ids, logits: .all) { position, logits in
      guard position >= start else { return }
      rows += logits
      if !givesRows { try receive(LogitRows(first: position, values: logits, width: 12)) }
    }
    guard givesRows, !rows.isEmpty else { return }
    try rows.withUnsafeBufferPointer { try receive(LogitRows(first: start, values: $0, width: 12)) }
  }

  func truncate(to count: Int) { if count < tokens.count { tokens.removeLast(tokens.count - count) } }
}

@Suite("Capture")
struct CaptureTests {
  @Test("Histories that go on, part or repeat get the logits of a fresh model, and little is read twice")
  func scoring() throws {
    var random = SeededGenerator(seed: 4)
    for _ in 0..<50 {
      var histories: [[Int32]] = []
      var current: [Int32] = [1, 2, 3]
      for _ in 0..<20 {
        histories.append(current)
        switch random.below(4) {
        case 0: break  // the same again
        case 1:
          current =
            Array(current.dropLast(min(current.count - 1, random.below(3)))) + [Int32(random.below(12))]
        default: current += (0..<1 + random.below(3)).map { _ in Int32(random.below(12)) }
        }
      }
      let model = HistoryModel()
      var seen = 0
      // In two parts, as prompts are captured.
      for part in [histories[..<7], histories[7...]] {
        try StepScorer(source: model).score(part) {
          for (index, logits) in $0 {
            #expect(index == seen)
            #expect(Array(logits) == HistoryModel.logits(histories[index][...]))
            seen += 1
          }
        }
      }
      #expect(seen == 20)
      #expect(model.read < histories.reduce(0) { $0 + $1.count } / 2)
    }
  }

  @Test("The best columns of both rankings and those that are wanted are kept") func recording() throws {
    let folder = try TemporaryFolder()
    var recorder = PromptRecorder(width: 12, kept: 2)
    let (base, tuned) = (HistoryModel.logits([1]), HistoryModel.logits([1], salt: 5))
    try recorder.add(step: 0, prefix: 0, token: 3, base: base, tuned: tuned, wanted: [7, 11, 99, -1])
    let path = try folder.write("p", bytes: recorder.encoded(response: [65], skipped: [1]))
    let prompt = try CapturedPrompt(path: path, width: 12)
    #expect(
      prompt.response == [65] && prompt.skipped == [1] && prompt.tokens == [3] && prompt.prefixes == [0])
    let step = try prompt.step(0)
    var expected: Set<Int32> = [7, 11]
    for logits in [base, tuned] {
      for column in (0..<12).sorted(by: { logits[$0] > logits[$1] }).prefix(2) {
        expected.insert(Int32(column))
      }
    }
    #expect(step.columns == expected.sorted())
    let sum = base.reduce(0.0) { $0 + exponential(Double($1)) }
    for (place, column) in expected.sorted().enumerated() {
      #expect(abs(Double(step.base[place]) - (Double(base[Int(column)]) - logarithm(sum))) < 1e-6)
      #expect(step.place(of: column) == place)
    }
    #expect(step.place(of: 100) == nil && step.place(of: -1) == nil)
  }

  @Test(
    "Rows that come together are recorded as those that come alone, on however many threads",
    arguments: [nil, 3])
  func together(kept: Int?) throws {
    let steps = ResponseSteps(
      response: Array("abcde".utf8), numbers: Array(0..<5), prefixes: Array(0..<5), tokens: [4, 5, 6, 7, -1],
      skipped: [])
    // One of the histories goes on by two tokens, and one is cut back.
    let histories: [[Int32]] = [[1, 2], [1, 2, 4], [1, 2, 4, 5, 9], [1, 2, 6], [1, 2, 6, 7]]
    func record(givesRows: Bool, threads: Int) throws -> [UInt8] {
      let (base, tuned) = (HistoryModel(), HistoryModel())
      (base.givesRows, tuned.givesRows) = (givesRows, givesRows)
      return try PairRecorder(base: base, tuned: tuned, kept: kept, threads: threads).record(
        prompt: 0, steps: steps, baseHistories: histories, tunedHistories: histories.map { [7] + $0 },
        wanted: { [Int32($0)] })
    }
    let alone = try record(givesRows: false, threads: 1)
    for threads in [1, 2, 3] { #expect(try record(givesRows: true, threads: threads) == alone) }
    #expect(throws: LogitShiftError.self) {
      try PairRecorder(base: HistoryModel(), tuned: HistoryModel(), kept: kept, threads: 2).record(
        prompt: 0, steps: steps, baseHistories: histories, tunedHistories: histories,
        wanted: { _ in throw LogitShiftError.badSetting("no columns") })
    }
  }

  @Test("A prompt is read anew, whatever was read before it") func independence() throws {
    let steps = ResponseSteps(
      response: Array("ab".utf8), numbers: [0, 1, 2], prefixes: [0, 1, 2], tokens: [4, 5, -1], skipped: [])
    let histories: [[Int32]] = [[1, 2, 3], [1, 2, 3, 4], [1, 2, 3, 4, 5]]
    func record(after history: [Int32]) throws -> (file: [UInt8], read: Int) {
      let (base, tuned) = (HistoryModel(), HistoryModel())
      try base.extend(history)
      let before = base.read
      let recorder = try PairRecorder(base: base, tuned: tuned, kept: nil)
      let file = try recorder.record(
        prompt: 0, steps: steps, baseHistories: histories, tunedHistories: histories.map { [7] + $0 })
      return (file, base.read - before)
    }
    let (fresh, used) = (try record(after: []), try record(after: [1, 2, 3, 4, 9]))
    #expect(fresh.file == used.file)
    #expect(fresh.read == used.read && fresh.read == 5)
  }

  @Test("Shuffled maps permute targets among entries of equal method, and differ by seed") func shuffling()
    throws
  {
    let fixture = try FixtureRuns(prompts: 1, steps: 1, width: 200)
    var map = fixture.map(offset: 11, unmatched: [3, 50])
    for row in 0..<40 where map.methods[row] == .exact { map[row].method = .prefix }
    let mapping = ColumnMapping(map, secondWidth: 200)
    let shuffled = mapping.shuffled(seed: 1)
    let columns = (0..<200).map { Int32($0) }
    func targets(_ mapping: ColumnMapping, _ rows: Range<Int32>) -> [Int32] {
      mapping.needed(for: Array(rows))
    }
    #expect(shuffled.needed(for: [3, 50]).isEmpty)
    #expect(targets(shuffled, 0..<40).sorted() == targets(mapping, 0..<40).sorted())
    #expect(targets(shuffled, 40..<200).sorted() == targets(mapping, 40..<200).sorted())
    #expect(shuffled.needed(for: columns) != mapping.needed(for: columns))
    #expect(mapping.shuffled(seed: 1).needed(for: columns) == shuffled.needed(for: columns))
    #expect(mapping.shuffled(seed: 2).needed(for: columns) != shuffled.needed(for: columns))
  }

  @Test("The best places, equal values in order") func best() {
    let values: [Float] = [1, 5, 5, -2, 7, 5, 0]
    for count in 0...9 {
      let wanted = values.indices.sorted { values[$0] == values[$1] ? $0 < $1 : values[$0] > values[$1] }
        .prefix(count)
      #expect(values.withUnsafeBufferPointer { bestPlaces($0, count: count) } == Array(wanted))
    }
  }
}
