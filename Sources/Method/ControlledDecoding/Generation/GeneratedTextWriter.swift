package import CMCTokenization

/// Turns generated tokens into text, in whole characters, and finds stop strings.
package struct GeneratedTextWriter {
  /// The text so far, without a stop string and what follows it.
  package private(set) var text: [UInt8] = []
  /// The stop string that was met.
  package private(set) var stop: [UInt8]?
  private var decoder: StreamingDecoder
  private let stops: StopRules
  private var written = 0

  /// A text of nothing yet.
  package init(_ tokenizer: Tokenizer, stops: StopRules) {
    decoder = tokenizer.makeStreamingDecoder(isContinuation: true)
    self.stops = stops
  }

  /// Takes a token and gives the text that no stop string can take back any more.
  package mutating func append(_ token: Int32) throws -> [UInt8] {
    let start = text.count
    text += try decoder.append(token)
    if let found = stops.firstStop(in: text, from: start) {
      text.removeLast(text.count - found.place)
      stop = found.string
    }
    return take(text.count - (stop == nil ? stops.heldBack(at: text) : 0))
  }

  /// Gives the rest.
  package mutating func finish() throws -> [UInt8] {
    if stop == nil { text += try decoder.finish() }
    return take(text.count)
  }

  private mutating func take(_ end: Int) -> [UInt8] {
    guard end > written else { return [] }
    defer { written = end }
    return Array(text[written..<end])
  }
}
