import CMCPrimitives
import CMCVocabulary

/// Turns tokens into text one by one; what is given out is always whole characters.
public struct StreamingDecoder: Sendable {
  private let tokenizer: Tokenizer
  private let showsSpecial: Bool
  private var pending: [UInt8] = []
  /// Tokens whose text is not certain yet, for tokenizers whose decoder looks at neighbours.
  private var held: [Int32] = []
  private var isBeginning = true
  private var position = 0

  init(_ tokenizer: Tokenizer, showsSpecial: Bool, isContinuation: Bool) {
    self.tokenizer = tokenizer
    self.showsSpecial = showsSpecial
    isBeginning = !isContinuation
  }

  /// Takes a token and gives the text that is complete with it; the beginning of a character is held back.
  ///
  /// - Throws: ``TokenizationError``.
  public mutating func append(_ id: Int32) throws(TokenizationError) -> [UInt8] {
    if let decoder = tokenizer.textDecoder {
      try tokenizer.check(id, position: position)
      if !decoder.isSkipped(id, showsSpecial: showsSpecial) { held.append(id) }
      try release(decoder.certainCount(held), decoder, isEnd: false)
    } else {
      try tokenizer.appendBytes(
        of: id, position: position, showsSpecial: showsSpecial, isBeginning: &isBeginning, to: &pending)
    }
    position += 1
    var ready = pending.withUnsafeBufferPointer(Self.completeLength)
    if ready > 0, ready == pending.count, tokenizer.decoding.dropsLastSpace, pending.last == UInt8(ascii: " ")
    {
      ready -= 1
    }
    defer { pending.removeFirst(ready) }
    return Array(pending[..<ready])
  }

  /// Gives what was held back.
  ///
  /// - Throws: ``TokenizationError``.
  public mutating func finish() throws(TokenizationError) -> [UInt8] {
    if let decoder = tokenizer.textDecoder { try release(held.count, decoder, isEnd: true) }
    defer { pending = [] }
    tokenizer.dropLastSpace(of: &pending)
    return pending
  }

  /// Decodes the first of the tokens that are held; without any text they stay, since the text is still to begin.
  private mutating func release(
    _ count: Int, _ decoder: any TextDecoder, isEnd: Bool
  ) throws(TokenizationError) {
    guard count > 0 else { return }
    let text = try decoder.text(
      of: held[..<count], showsSpecial: showsSpecial, isBeginning: isBeginning, isEnd: isEnd)
    if text.isEmpty, isBeginning, !isEnd { return }
    held.removeFirst(count)
    isBeginning = false
    pending += text
  }

  /// How many bytes come before the beginning of a character that more bytes could complete.
  public static func completeLength(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    for back in 1...3 where back <= bytes.count {
      let place = bytes.count - back
      guard bytes[place] >= 0xC0 else { continue }
      let step = InvalidUTF8.step(bytes, at: place)
      // A malformed part that reaches the end may go on; one that ends before it cannot.
      return step < 0 && -step == back && characterLength(bytes[place]) > back ? place : bytes.count
    }
    return bytes.count
  }
}

extension Tokenizer {
  /// A decoder that takes tokens one by one.
  ///
  /// - Parameter isContinuation: Whether the tokens go on inside a text: then a space at their beginning is part of it.
  public func makeStreamingDecoder(showsSpecial: Bool = false, isContinuation: Bool = false)
    -> StreamingDecoder
  {
    StreamingDecoder(self, showsSpecial: showsSpecial, isContinuation: isContinuation)
  }

  /// The bytes that tokens stand for; not always UTF-8, as tokens can end inside a character.
  ///
  /// - Parameters:
  ///   - ids: The tokens.
  ///   - showsSpecial: Whether special tokens appear by name; otherwise they are skipped.
  /// - Throws: ``TokenizationError``.
  public func decode(_ ids: some Sequence<Int32>, showsSpecial: Bool = false) throws(TokenizationError)
    -> [UInt8]
  {
    var bytes: [UInt8] = []
    var isBeginning = true
    var position = 0
    if let textDecoder {
      var shown: [Int32] = []
      for id in ids {
        try check(id, position: position)
        if !textDecoder.isSkipped(id, showsSpecial: showsSpecial) { shown.append(id) }
        position += 1
      }
      return shown.isEmpty
        ? []
        : try textDecoder.text(of: shown[...], showsSpecial: showsSpecial, isBeginning: true, isEnd: true)
    }
    for id in ids {
      try appendBytes(
        of: id, position: position, showsSpecial: showsSpecial, isBeginning: &isBeginning, to: &bytes)
      position += 1
    }
    dropLastSpace(of: &bytes)
    return bytes
  }

  /// - Throws: ``TokenizationError/unknownID(_:position:tokenizer:)``.
  fileprivate func check(_ id: Int32, position: Int) throws(TokenizationError) {
    if description.vocabulary.kind(id) == .hole {
      throw .unknownID(id, position: position, tokenizer: description.name)
    }
  }

  /// Takes away the mark for the end of the last word.
  fileprivate func dropLastSpace(of bytes: inout [UInt8]) {
    if decoding.dropsLastSpace, bytes.last == UInt8(ascii: " ") { bytes.removeLast() }
  }

  func appendBytes(
    of id: Int32, position: Int, showsSpecial: Bool, isBeginning: inout Bool, to bytes: inout [UInt8]
  ) throws(TokenizationError) {
    let vocabulary = description.vocabulary
    let token: ArraySlice<UInt8>
    switch vocabulary.kind(id) {
    case .hole: throw .unknownID(id, position: position, tokenizer: description.name)
    case .special:
      guard showsSpecial else { return }
      if decoding.joinsWordPieces {
        if !isBeginning { bytes.append(UInt8(ascii: " ")) }
        isBeginning = false
      }
      bytes.append(contentsOf: vocabulary.canonical[Int(id)])
      return
    case .text, .fragment, .byte: token = vocabulary.canonical[Int(id)]
    }
    if isBeginning, decoding.joinsWordPieces {
      bytes.append(contentsOf: vocabulary.pieces[Int(id)])
      isBeginning = false
    } else if isBeginning {
      bytes.append(
        contentsOf: decoding.dropsFirstSpace && token.first == UInt8(ascii: " ") ? token.dropFirst() : token)
      if !token.isEmpty { isBeginning = false }
    } else if decoding.cleansUp, DecodingPlan.isCleaned(token) {
      bytes.append(contentsOf: token.dropFirst())
    } else {
      bytes.append(contentsOf: token)
    }
  }
}
