package import CMCPrimitives

/// Bytes in which everything that documents trip over happens often: markup, references, controls of characters and of
/// direction, bytes that are no UTF-8.
package func hostileBytes(_ generator: inout SeededGenerator) -> [UInt8] {
  let parts: [[UInt8]] = [
    Array("<script>".utf8), Array("</script>".utf8), Array("<!--".utf8), Array("-->".utf8), Array("]]>".utf8),
    Array("\"'&amp;&{".utf8), Array("&#0;".utf8), Array("\u{202E}\u{2066}אב".utf8), Array("\u{2028}".utf8),
    Array("漢字é🙂".utf8), [0x00], [0x01], [0x1B], [0x7F], [0xC2, 0x85], [0xFF], [0xC0, 0x80],
    [0xED, 0xA0, 0x80],
    [0xEF, 0xBF, 0xBE], [0x0D, 0x0A], [0x09], [0x20], Array("plain".utf8),
  ]
  var bytes: [UInt8] = []
  for _ in 0..<generator.below(8) {
    if generator.below(3) == 0 {
      bytes.append(UInt8(generator.below(256)))
    } else {
      bytes += parts[generator.below(parts.count)]
    }
  }
  return bytes
}
