/// Decodes one scalar of well-formed UTF-8.
///
/// - Returns: The scalar and how many bytes it takes; U+FFFD and one byte where the text breaks off.
@inline(__always)
func scalar(
  at place: Int, in text: UnsafeBufferPointer<UInt8>
) -> (scalar: Unicode.Scalar, length: Int) {
  let lead = UInt32(text[place])
  if lead < 0x80 { return (Unicode.Scalar(UInt8(lead)), 1) }
  let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
  guard place + length <= text.count else { return ("\u{FFFD}", 1) }
  var value = lead & (length == 2 ? 0x1F : length == 3 ? 0x0F : 0x07)
  for step in 1..<length { value = value << 6 | UInt32(text[place + step] & 0x3F) }
  return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
}

/// The length of the character that a lead byte begins.
@inline(__always)
func characterLength(_ lead: UInt8) -> Int { lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4 }

/// Calls `body` with each scalar and its byte range.
func forEachScalar(in text: [UInt8], _ body: (Unicode.Scalar, Range<Int>) -> Void) {
  text.withUnsafeBufferPointer { text in
    var place = 0
    while place < text.count {
      let (value, length) = scalar(at: place, in: text)
      body(value, place..<place + length)
      place += length
    }
  }
}
