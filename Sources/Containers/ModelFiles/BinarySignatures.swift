import CMCPrimitives

/// A SentencePiece model begins with its first piece: field 1, a message that begins with its text and score.
enum SentencePieceSignature {
  static func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var reader = ByteReader(bytes)
    // Field 1 of the model: a message.
    guard tag(&reader) == 0x0A, let length = varint(&reader), length >= 2, length <= 1 << 16,
      let piece = try? reader.take(length)
    else { return false }
    // Field 1 of the piece: its text. Field 2: its score, four bytes. Both come first in what the library writes.
    var inner = ByteReader(piece)
    guard tag(&inner) == 0x0A, let text = varint(&inner), (try? inner.skip(text)) != nil else { return false }
    guard inner.remaining > 0 else { return true }
    let next = tag(&inner)
    return (next == 0x15 && inner.remaining >= 4) || next == 0x18
  }

  private static func tag(_ reader: inout ByteReader) -> UInt8? { try? reader.read(UInt8.self) }

  private static func varint(_ reader: inout ByteReader) -> Int? {
    var value = 0
    for shift in stride(from: 0, to: 35, by: 7) {
      guard let byte = try? reader.read(UInt8.self) else { return nil }
      value |= Int(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }
}

/// llama2.c's tokenizer: the length of the longest token, then score, length and bytes of each.
enum Llama2CSignature {
  static func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var reader = ByteReader(bytes)
    guard let longest = try? reader.read(UInt32.self), (1...4096).contains(longest) else { return false }
    for index in 0..<32 {
      guard reader.remaining > 0 else { return index > 0 }
      guard let bits = try? reader.read(UInt32.self), Float(bitPattern: bits).isFinite,
        let length = try? reader.read(Int32.self), length >= 0, length <= longest,
        (try? reader.skip(length)) != nil
      else { return false }
    }
    return true
  }
}

/// llama2.c's checkpoint: seven sizes, from which the length of the file follows exactly.
enum Llama2CModelSignature {
  static func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var reader = ByteReader(bytes)
    var numbers: [Int] = []
    for _ in 0..<7 {
      guard let number = try? reader.read(Int32.self) else { return false }
      numbers.append(Int(number))
    }
    let (hidden, inner, layers, heads) = (numbers[0], numbers[1], numbers[2], numbers[3])
    let (keyValueHeads, vocabulary, context) = (numbers[4], abs(numbers[5]), numbers[6])
    let sizes = [hidden, inner, layers, heads, keyValueHeads, vocabulary, context]
    // Beyond these no sum below could overflow, and no such model exists.
    guard sizes.allSatisfy({ (1...1 << 20).contains($0) }), layers <= 4096, hidden <= 1 << 17,
      inner <= 1 << 18, hidden % heads == 0, heads % keyValueHeads == 0
    else { return false }
    let headSize = hidden / heads
    let layer = 2 * hidden + 2 * hidden * hidden + 2 * keyValueHeads * headSize * hidden + 3 * hidden * inner
    let tables = context * (headSize / 2) * 2
    let copies = numbers[5] > 0 ? 1 : 2
    return bytes.count == 28 + 4 * (copies * vocabulary * hidden + layers * layer + hidden + tables)
  }
}
