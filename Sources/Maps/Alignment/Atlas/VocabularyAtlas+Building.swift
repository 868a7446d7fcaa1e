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
    precondition(descriptions.count == names.count, "a name for each vocabulary")
    let count = descriptions.count
    let vocabularies = descriptions.map(\.vocabulary)
    let made = Guarded<[SortedForms?]>([SortedForms?](repeating: nil, count: count))
    try parallelFor(count, chunk: 1, threads: threads) { range in
      for place in range {
        let forms = SortedForms(vocabularies[place])
        made.withLock { $0[place] = forms }
      }
    }
    let forms = made.withLock { $0.compactMap { $0 } }
    let cells = Guarded([[Cell]](repeating: [Cell](repeating: Cell(), count: count), count: count))
    let done = Atomic<Int>(0)
    try parallelFor(count * count, chunk: 1, threads: threads) { range in
      for pair in range where !isCancelled() {
        let (row, column) = (pair / count, pair % count)
        let aligner = Aligner(
          source: vocabularies[row], forms[row], target: vocabularies[column], forms[column])
        let cell = Cell(try aligner.choices(AlignmentOptions()), vocabularies[row])
        cells.withLock { $0[row][column] = cell }
        observer.progress(
          "pairs", done: done.wrappingAdd(1, ordering: .relaxed).newValue, total: count * count)
      }
    }
    if isCancelled() { return nil }
    let entries = zip(descriptions, names).map { description, name in
      Entry(
        name: name, family: description.family, format: description.format.rawValue,
        tokens: description.vocabulary.tokenCount, fingerprint: description.vocabulary.fingerprint.hex)
    }
    return VocabularyAtlas(entries: entries, cells: cells.withLock { $0 })
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
