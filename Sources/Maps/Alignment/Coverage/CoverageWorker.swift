import CMCPrimitives
import CMCTokenization
import CMCVocabulary

/// What one thread has counted of one domain.
///
/// Which texts a thread gets is chance, so everything here can be merged in any order with the same outcome.
struct CoverageWorker: Sendable {
  /// Where a text stands in a corpus, whoever counts it.
  struct Place: Sendable, Comparable, Codable {
    /// The part's number.
    var domain: Int
    /// The text's number in its part.
    var text: Int

    static func < (a: Place, b: Place) -> Bool { (a.domain, a.text) < (b.domain, b.text) }
  }

  /// The first occurrence of a token among the texts of this thread.
  struct Occurrence: Sendable, Codable, Equatable {
    /// Which text.
    var place: Place
    var example: UnmatchedToken.Example
  }

  /// How often each source id occurs.
  private(set) var counts: [Int]
  private(set) var text = CorpusTextFigures()
  private(set) var source = TokenizerFigures()
  private(set) var target = TokenizerFigures()
  private(set) var sameTexts = 0
  /// By id, for tokens without a target.
  private(set) var occurrences: [Int32: Occurrence] = [:]

  init(ids: Int) { counts = [Int](repeating: 0, count: ids) }

  /// Counts one text.
  mutating func add(
    _ bytes: [UInt8], at place: Place, _ source: Tokenizer, _ target: Tokenizer, _ table: CoverageTable,
    parsesSpecial: Bool
  ) throws {
    let readable = WellFormedText(bytes)
    text.texts += 1
    text.bytes += readable.bytes.count
    text.replacements += readable.replacements
    text.invalidTexts += readable.replacements > 0 ? 1 : 0
    let options = EncodingOptions(addsSpecial: false, parsesSpecial: parsesSpecial)
    let ids = try source.encode(readable.bytes, options: options)
    var isSame = true
    var fresh: [Int32] = []
    for id in ids {
      let index = Int(id)
      if !table.isSame[index] {
        isSame = false
        if counts[index] == 0, table.methods[index] == .unmatched { fresh.append(id) }
      }
      counts[index] += 1
    }
    let comesBack = try self.source.count(ids, of: readable.bytes, source, showsSpecial: parsesSpecial)
    if isSame, comesBack { sameTexts += 1 }
    _ = try self.target.count(
      try target.encode(readable.bytes, options: options), of: readable.bytes, target,
      showsSpecial: parsesSpecial)
    if !fresh.isEmpty {
      let encoding = try source.encodeWithOffsets(readable.bytes, options: options)
      for id in fresh {
        guard let index = encoding.ids.firstIndex(of: id) else { continue }
        occurrences[id] = Occurrence(
          place: place, example: .init(of: encoding.offsets[index], in: readable.bytes))
      }
    }
  }

  /// Notes records without a text.
  mutating func leaveOut(_ records: Int) { text.recordsLeftOut = (text.recordsLeftOut ?? 0) + records }

  /// Adds what another thread counted, or another domain.
  mutating func merge(_ other: CoverageWorker) {
    for index in counts.indices { counts[index] += other.counts[index] }
    text.add(other.text)
    source.add(other.source)
    target.add(other.target)
    sameTexts += other.sameTexts
    occurrences.merge(other.occurrences) { $1.place < $0.place ? $1 : $0 }
  }

  /// What was counted earlier.
  ///
  /// - Parameter ids: How many ids the source has; what was counted of others is of another vocabulary.
  /// - Returns: nil where it does not fit.
  init?(_ saved: CoverageCounts, ids: Int) {
    self.init(ids: ids)
    guard saved.ids.count == saved.counts.count, saved.ids.allSatisfy({ (0..<ids).contains(Int($0)) }) else {
      return nil
    }
    for (id, count) in zip(saved.ids, saved.counts) { counts[Int(id)] += count }
    (text, source, target, sameTexts) = (saved.text, saved.source, saved.target, saved.sameTexts)
    for (id, occurrence) in zip(saved.unmatched, saved.occurrences) { occurrences[id] = occurrence }
  }

  /// The same to be kept in a file: ids that occur, ascending.
  var saved: CoverageCounts {
    let ids = counts.indices.filter { counts[$0] > 0 }
    let unmatched = occurrences.keys.sorted()
    return CoverageCounts(
      ids: ids.map { Int32($0) }, counts: ids.map { counts[$0] }, text: text, source: source, target: target,
      sameTexts: sameTexts, unmatched: unmatched, occurrences: unmatched.compactMap { occurrences[$0] })
  }
}

extension TokenizerFigures {
  /// Counts the tokens of a text and compares it with what they decode to; whether it is the same.
  fileprivate mutating func count(
    _ ids: [Int32], of text: [UInt8], _ tokenizer: Tokenizer, showsSpecial: Bool
  ) throws -> Bool {
    tokens += ids.count
    let back = try tokenizer.decode(ids, showsSpecial: showsSpecial)
    if back == text { return true }
    let kept = commonSubsequenceLength(text, back)
    changedTexts += 1
    lostBytes += text.count - kept
    addedBytes += back.count - kept
    return false
  }
}

extension UnmatchedToken.Example {
  /// How many bytes of context are shown on either side, about.
  private static let context = 40

  /// The characters of a range of a text with what stands around them.
  init(of range: Range<Int>, in text: [UInt8]) {
    // The parts of a character are shown as the character.
    let start = Self.boundary(range.lowerBound, in: text, step: -1)
    let end = Self.boundary(range.upperBound, in: text, step: 1)
    let first = Self.boundary(max(0, start - Self.context), in: text, step: 1)
    let last = Self.boundary(min(text.count, end + Self.context), in: text, step: -1)
    before = String(decoding: text[min(first, start)..<start], as: UTF8.self)
    self.text = String(decoding: text[start..<end], as: UTF8.self)
    after = String(decoding: text[end..<max(last, end)], as: UTF8.self)
  }

  /// The nearest place in one direction where a character begins or the text ends.
  private static func boundary(_ place: Int, in text: [UInt8], step: Int) -> Int {
    var place = place
    while place > 0, place < text.count, text[place] & 0xC0 == 0x80 { place += step }
    return place
  }
}
