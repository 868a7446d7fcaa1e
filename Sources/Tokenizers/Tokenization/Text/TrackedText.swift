/// A text on its way through the pipeline, and where its bytes came from.
struct TrackedText {
  /// Well-formed UTF-8.
  var bytes: [UInt8]
  /// For each byte the range of the source it stands for; nil where byte `i` is still byte `base + i`.
  var origins: [Origin]?
  /// Where the text begins in the source.
  var base: Int
  /// The most bytes that the text may come to.
  let limit: Int
  /// Whether a step would have made it longer, and left out what did not fit.
  var isTooLong = false

  /// How long a text may become whatever it was; a longer one may become ``growthLimit`` times as long.
  static let lengthLimit = 1 << 22
  /// How many times as long as it was a text may become: more than any form of Unicode makes of one.
  static let growthLimit = 16

  /// A range of the source.
  struct Origin: BitwiseCopyable {
    var start: Int32
    var end: Int32
  }

  /// A text at the beginning of the pipeline.
  init(_ bytes: [UInt8], base: Int) {
    self.bytes = bytes
    self.base = base
    limit = max(Self.lengthLimit, Self.growthLimit * bytes.count)
  }

  /// What a step made of a text.
  init(_ bytes: [UInt8], of source: TrackedText) {
    self.bytes = bytes
    base = source.base
    limit = source.limit
  }

  /// The source range of a range of the text; an empty one where nothing of the source stands behind it.
  func sourceRange(_ range: Range<Int>) -> Range<Int> {
    guard let origins else { return base + range.lowerBound..<base + range.upperBound }
    guard !range.isEmpty else {
      let place = range.lowerBound < origins.count ? Int(origins[range.lowerBound].start) : base
      return place..<place
    }
    let start = Int(origins[range.lowerBound].start)
    return start..<max(start, Int(origins[range.upperBound - 1].end))
  }
}

/// Writes a changed copy of a text and keeps track of the source where that is wanted.
struct TextRewriter {
  private let source: TrackedText
  private let tracks: Bool
  private var bytes: [UInt8] = []
  private var origins: [TrackedText.Origin] = []

  init(_ source: TrackedText, tracks: Bool) {
    self.source = source
    self.tracks = tracks
    bytes.reserveCapacity(source.bytes.count + 16)
    if tracks { origins.reserveCapacity(source.bytes.count + 16) }
  }

  /// How long the copy is so far.
  var count: Int { bytes.count }
  /// Whether more was to be written than the text may have.
  private(set) var isTooLong = false

  /// The last byte of the copy.
  var last: UInt8? { bytes.last }

  /// Copies a range as it is.
  mutating func keep(_ range: Range<Int>) {
    guard range.count <= source.limit - bytes.count else {
      isTooLong = true
      return
    }
    bytes.append(contentsOf: source.bytes[range])
    guard tracks else { return }
    if let known = source.origins {
      origins.append(contentsOf: known[range])
    } else {
      for place in range {
        let start = Int32(truncatingIfNeeded: source.base + place)
        origins.append(TrackedText.Origin(start: start, end: start + 1))
      }
    }
  }

  /// Writes something in place of a range; the range may be empty.
  mutating func put(_ text: some Collection<UInt8>, for range: Range<Int>) {
    guard text.count <= source.limit - bytes.count else {
      isTooLong = true
      return
    }
    bytes.append(contentsOf: text)
    guard tracks else { return }
    let place = source.sourceRange(range)
    let origin = TrackedText.Origin(
      start: Int32(truncatingIfNeeded: place.lowerBound), end: Int32(truncatingIfNeeded: place.upperBound))
    origins.append(contentsOf: repeatElement(origin, count: text.count))
  }

  /// The copy.
  consuming func finish() -> TrackedText {
    var result = TrackedText(bytes, of: source)
    result.isTooLong = isTooLong
    if tracks { result.origins = origins }
    return result
  }
}
