/// A text of a corpus, and where it begins in its file.
public struct CorpusText: Sendable, Equatable {
  /// The bytes; they should be UTF-8.
  public var bytes: [UInt8]
  /// The offset of the first of them.
  public var offset: Int

  /// Puts bytes and place together.
  public init(_ bytes: [UInt8], offset: Int = 0) {
    self.bytes = bytes
    self.offset = offset
  }
}

/// Cuts a stream of bytes into texts at ends of lines, holding no more than one text.
public struct CorpusTextCutter: Sendable {
  /// What one text is.
  public enum Unit: String, Codable, Sendable {
    /// Running text of a few kilobytes, its line ends included; cut before a line that begins with no blank, where
    /// tokens hardly ever go across.
    case passage
    /// Each line by itself, without its end.
    case line
  }

  /// A passage ends with the first suitable line from here on, in bytes.
  public static let passageLength = 4096
  /// No text is longer, in bytes; a longer line is cut, at a blank where there is one.
  public static let limit = 1 << 16

  /// What one text is.
  public let unit: Unit
  /// How many lines were too long and had to be cut.
  public private(set) var cutLines = 0
  private var pending: [UInt8] = []
  /// Where the line that is being read begins in `pending`.
  private var lineStart = 0
  private var isCutLine = false
  private var offset = 0

  /// Where the next text begins, and whether it is the rest of a line that had to be cut; a cutter can go on from there.
  public struct Position: Codable, Sendable, Equatable {
    /// The offset in the stream.
    public var offset = 0
    /// Whether the line that stands there was cut before.
    public var isInCutLine = false
    /// How many lines had to be cut so far.
    public var cutLines = 0

    /// The beginning of a stream.
    public init() {}
  }

  /// Where a cutter can go on that is given the stream from there; between two calls it is behind the last text given.
  public var position: Position {
    var position = Position()
    (position.offset, position.isInCutLine, position.cutLines) = (offset, isCutLine, cutLines)
    return position
  }

  /// A cutter at the beginning of a stream, or at a later position of one.
  public init(_ unit: Unit, from position: Position = Position()) {
    self.unit = unit
    (offset, isCutLine, cutLines) = (position.offset, position.isInCutLine, position.cutLines)
  }

  /// Takes the next bytes of the stream and gives the texts that are complete with them.
  ///
  /// - Complexity: O(bytes).
  public mutating func append(
    _ bytes: ArraySlice<UInt8>, _ emit: (CorpusText) throws -> Void
  ) rethrows {
    var rest = bytes
    while !rest.isEmpty {
      let end = rest.firstIndex(of: 0x0A)
      let part = rest[..<(end.map { $0 + 1 } ?? rest.endIndex)]
      try extendLine(by: part, emit)
      if end != nil { try endLine(emit) }
      rest = rest[part.endIndex...]
    }
  }

  /// Gives what is left at the end of the stream.
  public mutating func finish(_ emit: (CorpusText) throws -> Void) rethrows {
    if lineStart < pending.count { try endLine(emit) }
    try giveText(of: pending.count, emit)
  }

  private mutating func extendLine(
    by line: ArraySlice<UInt8>, _ emit: (CorpusText) throws -> Void
  ) rethrows {
    var part = line
    while !part.isEmpty {
      let room = part.prefix(Self.limit + 1 - pending.count)
      pending.append(contentsOf: room)
      part = part[room.endIndex...]
      guard pending.count > Self.limit else { continue }
      if lineStart > 0 {
        try giveText(of: lineStart, emit)
      } else {
        if !isCutLine { cutLines += 1 }
        isCutLine = true
        try giveText(of: placeToCut(), emit)
      }
    }
  }

  /// A line is complete: with its end in `pending`, unless the stream ends without one.
  private mutating func endLine(_ emit: (CorpusText) throws -> Void) rethrows {
    isCutLine = false
    switch unit {
    case .line: try giveText(of: pending.count, emit)
    case .passage:
      if lineStart >= Self.passageLength, !Self.isBlank(pending[lineStart]) {
        try giveText(of: lineStart, emit)
      }
      lineStart = pending.count
    }
  }

  /// Gives the first bytes of what is pending as a text.
  private mutating func giveText(of count: Int, _ emit: (CorpusText) throws -> Void) rethrows {
    var text = Array(pending[..<count])
    if unit == .line, text.last == 0x0A { text.removeLast() }
    pending.removeFirst(count)
    lineStart = max(0, lineStart - count)
    defer { offset += count }
    if !text.isEmpty { try emit(CorpusText(text, offset: offset)) }
  }

  /// Before the last blank of a line that is too long, else before the last character that begins in it.
  private func placeToCut() -> Int {
    let window = max(1, Self.limit - Self.passageLength)..<Self.limit
    if let blank = pending[window].lastIndex(where: Self.isBlank) { return blank }
    let character = pending[Self.limit - 3...Self.limit].lastIndex { $0 & 0xC0 != 0x80 }
    return character ?? Self.limit
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
