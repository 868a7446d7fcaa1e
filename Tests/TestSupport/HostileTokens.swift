/// Tokens that break pages which do not escape.
package let hostileTokens: [[UInt8]] = [
  Array("<script>document.title='taken'</script>".utf8), Array("</script><img src=x onerror=alert(1)>".utf8),
  Array("<!--".utf8), Array("]]>".utf8), Array("\"'&amp;&{x}`${y}".utf8),
  Array("\u{202E}gnirts\u{2066}".utf8),
  Array("שלום".utf8), Array("مرحبا".utf8), [0x00], [0x1B, 0x5B, 0x32, 0x4A], [0x0A], [0x09, 0x0D],
  [0xFF, 0xFE], [0xE6, 0xBC],
  Array("\u{2028}\u{2029}\u{FEFF}".utf8), Array("__proto__".utf8), Array("%00%3Cb%3E".utf8), Array(" ".utf8),
  Array("=HYPERLINK(\"x\")".utf8), Array("🙂漢é".utf8),
]
