/// SentencePiece's compiled character map: a double-array trie of what is replaced, and the replacements.
///
/// Layout: the size of the trie in bytes (32 bits, little-endian), the units of the trie (32 bits each, as Darts-clone
/// writes them), and the replacements, each ended by a zero byte. Source: SentencePiece's normalizer and the public
/// description of Darts-clone. Every index is checked: the map comes from a file.
struct PrecompiledMap: Sendable {
  /// Why a map cannot be used.
  struct Damage: Error {
    let reason: String
  }

  private let units: [UInt32]
  private let replacements: [UInt8]
  /// Whether an ASCII byte before another is never replaced: most of a text.
  private let isPlain: [Bool]

  /// Reads a map.
  ///
  /// - Throws: ``Damage``.
  init(_ bytes: [UInt8]) throws(Damage) {
    guard bytes.count >= 4 else { throw Damage(reason: "it has \(bytes.count) bytes, fewer than its header") }
    func unit(_ place: Int) -> UInt32 {
      UInt32(bytes[place]) | UInt32(bytes[place + 1]) << 8 | UInt32(bytes[place + 2]) << 16
        | UInt32(bytes[place + 3]) << 24
    }
    let size = Int(unit(0))
    guard size <= bytes.count - 4, size % 4 == 0, size >= 1024 else {
      throw Damage(reason: "its header gives \(size) bytes of trie, and \(bytes.count - 4) follow")
    }
    units = stride(from: 4, to: 4 + size, by: 4).map(unit)
    replacements = Array(bytes[(4 + size)...])
    guard replacements.isEmpty || replacements.last == 0 else {
      throw Damage(reason: "its last replacement has no end")
    }
    isPlain = Self.plainBytes(units)
  }

  /// The ASCII bytes that begin no key, or only keys that go on with a byte that is not ASCII.
  private static func plainBytes(_ units: [UInt32]) -> [Bool] {
    (0..<256).map { byte in
      guard byte > 0, byte < 0x80, let root = units.first else { return false }
      func child(_ node: Int, _ label: Int) -> UInt32? {
        let place = node ^ label
        guard place < units.count, units[place] & 0x8000_00FF == UInt32(label) else { return nil }
        return units[place]
      }
      guard let unit = child(offset(root), byte) else { return true }
      if unit >> 8 & 1 == 1 { return false }
      let node = offset(root) ^ byte ^ offset(unit)
      return !(1..<0x80).contains { child(node, $0) != nil }
    }
  }

  /// Walks the trie along a text and calls `found` with the length and value of each key met, shortest first.
  private func walk(_ text: UnsafeBufferPointer<UInt8>, from start: Int, _ found: (Int, Int) -> Void) {
    guard let root = units.first else { return }
    var node = Self.offset(root)
    for place in start..<text.count {
      let label = UInt32(text[place])
      // A zero byte is the mark of a key's end in the trie.
      guard label != 0 else { return }
      node ^= Int(label)
      guard node < units.count else { return }
      let unit = units[node]
      guard unit & 0x8000_00FF == label else { return }
      node ^= Self.offset(unit)
      if unit >> 8 & 1 == 1 {
        guard node < units.count else { return }
        found(place - start + 1, Int(units[node] & 0x7FFF_FFFF))
      }
    }
  }

  private static func offset(_ unit: UInt32) -> Int { Int((unit >> 10) << ((unit & 0x200) >> 6)) }

  private func replacement(_ value: Int) -> ArraySlice<UInt8> {
    guard value < replacements.count else { return [] }
    let end = replacements[value...].firstIndex(of: 0) ?? replacements.count
    return replacements[value..<end]
  }

  /// Replaces the longest key at each place, as SentencePiece does; frozen pieces stay.
  func applyLongest(to text: TrackedText, frozen: ByteTrie? = nil, tracks: Bool) -> TrackedText {
    var rewriter = TextRewriter(text, tracks: tracks)
    var kept = 0
    text.bytes.withUnsafeBufferPointer { bytes in
      var place = 0
      while place < bytes.count {
        if let frozen, let length = frozen.longestMatch(in: bytes, from: place)?.length {
          place += length
          continue
        }
        if place + 1 < bytes.count, bytes[place + 1] < 0x80, isPlain[Int(bytes[place])] {
          place += 1
          continue
        }
        var longest: (length: Int, value: Int)?
        walk(bytes, from: place) { longest = ($0, $1) }
        if let (length, value) = longest {
          if kept < place { rewriter.keep(kept..<place) }
          rewriter.put(replacement(value), for: place..<place + length)
          place += length
          kept = place
        } else {
          place += min(characterLength(bytes[place]), bytes.count - place)
        }
      }
    }
    if kept == 0 { return text }
    if kept < text.bytes.count { rewriter.keep(kept..<text.bytes.count) }
    return rewriter.finish()
  }

  /// Replaces grapheme clusters of fewer than six bytes as a whole, else character by character.
  ///
  /// Of several keys the shortest counts. So the HF library walks the map, whatever SentencePiece does.
  func applyByGrapheme(to text: TrackedText, tracks: Bool) -> TrackedText {
    var rewriter = TextRewriter(text, tracks: tracks)
    var place = 0
    for grapheme in String(decoding: text.bytes, as: UTF8.self) {
      let bytes = Array(grapheme.utf8)
      let end = place + bytes.count
      if bytes.count < 6, let whole = shortest(bytes) {
        rewriter.put(whole, for: place..<end)
      } else {
        for scalar in grapheme.unicodeScalars {
          let part = Array(String(scalar).utf8)
          if let replaced = shortest(part) {
            rewriter.put(replaced, for: place..<place + part.count)
          } else {
            rewriter.keep(place..<place + part.count)
          }
          place += part.count
        }
      }
      place = end
    }
    return rewriter.finish()
  }

  private func shortest(_ bytes: [UInt8]) -> ArraySlice<UInt8>? {
    var value: Int?
    bytes.withUnsafeBufferPointer { buffer in
      walk(buffer, from: 0) { if value == nil { value = $1 } }
    }
    return value.map(replacement)
  }
}
