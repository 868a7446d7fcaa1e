import CMCHashing
public import CMCPrimitives
public import CMCVocabulary
import Synchronization

extension VocabularyAtlas {
  /// Aligns every vocabulary with every other one, both ways, by prefix match with minimal edit distance and without
  /// overrides.
  ///
  /// Each vocabulary is indexed once; a pair then costs time linear in both.
  ///
  /// - Parameters:
  ///   - descriptions: The vocabularies.
  ///   - names: What they are called, as many.
  ///   - threads: How many pairs are aligned at a time; the result does not depend on it.
  ///   - observer: Hears of each pair done.
  ///   - isCancelled: Asked before each pair.
  /// - Returns: The atlas, or nil where it was cancelled.
  /// - Complexity: O(vocabularies · tokens of all).
  public static func building(
    _ descriptions: [TokenizerDescription], names: [String], threads: Int,
    observer: any ProgressObserver = NoProgress(), isCancelled: @Sendable () -> Bool = { false }
  ) throws -> VocabularyAtlas? {
    let aligner = try AtlasAligner(descriptions, threads: threads)
    let cells = try aligner.cells(
      Array(0..<aligner.pairCount), threads: threads, observer: observer, isCancelled: isCancelled)
    return cells.map { VocabularyAtlas(entries: entries(descriptions, names: names), pairs: $0) }
  }

  /// What an atlas says of its vocabularies.
  ///
  /// - Parameters:
  ///   - descriptions: The vocabularies.
  ///   - names: What they are called, as many.
  package static func entries(_ descriptions: [TokenizerDescription], names: [String]) -> [Entry] {
    precondition(descriptions.count == names.count, "a name for each vocabulary")
    return zip(descriptions, names).map { description, name in
      Entry(
        name: name, family: description.family, format: description.format.rawValue,
        tokens: description.vocabulary.tokenCount, fingerprint: description.vocabulary.fingerprint.hex)
    }
  }

  /// Puts the cells of all pairs together, row by row, and groups the vocabularies.
  ///
  /// - Parameters:
  ///   - entries: The vocabularies.
  ///   - cells: A cell for each ordered pair, those of one source behind each other.
  package init(entries: [Entry], pairs cells: [Cell]) {
    let count = entries.count
    precondition(cells.count == count * count, "not square")
    self.init(
      entries: entries, cells: entries.indices.map { Array(cells[$0 * count..<($0 + 1) * count]) })
  }
}

/// Aligns pairs of vocabularies, each of which is indexed once.
package struct AtlasAligner: Sendable {
  private let vocabularies: [Vocabulary]
  private let forms: [SortedForms]

  /// How many ordered pairs there are; pair p is that of source p / n and target p mod n of n vocabularies.
  package var pairCount: Int { vocabularies.count * vocabularies.count }

  /// Indexes vocabularies.
  ///
  /// - Complexity: O(bytes of all · log tokens).
  package init(_ descriptions: [TokenizerDescription], threads: Int) throws {
    let vocabularies = descriptions.map(\.vocabulary)
    let made = Guarded<[SortedForms?]>([SortedForms?](repeating: nil, count: vocabularies.count))
    try parallelFor(vocabularies.count, chunk: 1, threads: threads) { range in
      for place in range {
        let forms = SortedForms(vocabularies[place])
        made.withLock { $0[place] = forms }
      }
    }
    self.vocabularies = vocabularies
    forms = made.withLock { $0.compactMap { $0 } }
  }

  /// Aligns some pairs, several at a time.
  ///
  /// - Parameters:
  ///   - pairs: Their numbers.
  ///   - threads: How many are aligned at a time.
  ///   - observer: Hears of each pair done.
  ///   - isCancelled: Asked before each pair.
  /// - Returns: A cell for each pair in their order, or nil where it was cancelled.
  /// - Complexity: O(tokens of both) a pair.
  package func cells(
    _ pairs: [Int], threads: Int, observer: any ProgressObserver = NoProgress(),
    isCancelled: @Sendable () -> Bool = { false }
  ) throws -> [VocabularyAtlas.Cell]? {
    let cells = Guarded([VocabularyAtlas.Cell](repeating: .init(), count: pairs.count))
    let done = Atomic<Int>(0)
    try parallelFor(pairs.count, chunk: 1, threads: threads) { range in
      for place in range where !isCancelled() {
        let (row, column) = (pairs[place] / vocabularies.count, pairs[place] % vocabularies.count)
        let aligner = Aligner(
          source: vocabularies[row], forms[row], target: vocabularies[column], forms[column])
        let cell = VocabularyAtlas.Cell(try aligner.choices(AlignmentOptions()), vocabularies[row])
        cells.withLock { $0[place] = cell }
        observer.progress(
          "pairs", done: done.wrappingAdd(1, ordering: .relaxed).newValue, total: pairs.count)
      }
    }
    return isCancelled() ? nil : cells.withLock { $0 }
  }
}

extension VocabularyAtlas.Cell {
  /// Counts what became of the tokens of a source.
  init(_ choices: [TargetChoice], _ source: Vocabulary) {
    for (id, choice) in choices.enumerated() {
      switch source.kinds[id] {
      case .hole: break
      case .special: if choice.id >= 0 { specialsPlaced += 1 } else { specialsLeft += 1 }
      case .text, .fragment, .byte:
        if choice.id < 0 {
          unmatched += 1
        } else if choice.method == .exact {
          exact += 1
        } else {
          prefix += 1
          distance += Int(choice.distance)
        }
      }
    }
  }
}
