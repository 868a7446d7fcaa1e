/// Decodes base64 (RFC 4648, standard alphabet).
public enum Base64 {
  /// Appends the bytes that `text` stands for; `=` at the end may be left out.
  ///
  /// - Returns: Whether `text` is base64; where not, `bytes` is as it was.
  public static func decode(_ text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) -> Bool {
    let start = bytes.count
    var end = text.count
    while end > 0, text.count - end < 2, text[end - 1] == UInt8(ascii: "=") { end -= 1 }
    guard end % 4 != 1, end == text.count || text.count % 4 == 0 else { return false }
    let isValid = values.withUnsafeBufferPointer { values in
      var bits: UInt32 = 0
      var count = 0
      for i in 0..<end {
        let value = values[Int(text[i])]
        if value > 63 { return false }
        bits = bits << 6 | UInt32(value)
        count += 6
        if count >= 8 {
          count -= 8
          bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        }
      }
      return true
    }
    if !isValid { bytes.removeSubrange(start...) }
    return isValid
  }

  /// The bytes that `text` stands for, or nil where it is no base64.
  public static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    return Array(text).withUnsafeBufferPointer { decode($0, to: &bytes) } ? bytes : nil
  }

  /// The value of each character, 255 for those outside the alphabet.
  private static let values: [UInt8] = {
    var table = [UInt8](repeating: 255, count: 256)
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
    for (value, character) in alphabet.enumerated() { table[Int(character)] = UInt8(value) }
    return table
  }()
}
