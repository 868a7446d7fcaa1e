import CMCPrimitives
import Testing

@testable import CMCAlignment

@Suite struct CorpusTextCutterTests {
  private func cut(_ bytes: [UInt8], _ unit: CorpusTextCutter.Unit, block: Int) -> ([CorpusText], Int) {
    var cutter = CorpusTextCutter(unit)
    var texts: [CorpusText] = []
    var place = 0
    while place < bytes.count {
      cutter.append(bytes[place..<min(place + block, bytes.count)]) { texts.append($0) }
      place += block
    }
    cutter.finish { texts.append($0) }
    return (texts, cutter.cutLines)
  }

  /// Lines of all sorts: empty, indented, ended by CR LF, with characters of several bytes, now and then very long.
  private func corpus(_ random: inout SeededGenerator, lines: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<lines {
      let length = random.below(60) == 0 ? 50_000 + random.below(200_000) : random.below(200)
      let hasBlanks = random.below(2) == 0
      if random.below(4) == 0 { bytes += Array("    ".utf8) }
      var written = 0
      while written < length {
        let word = ["word", "é", "漢字", "👍", "x"][random.below(5)] + (hasBlanks ? " " : "")
        bytes += Array(word.utf8)
        written += word.utf8.count
      }
      bytes += random.below(5) == 0 ? [0x0D, 0x0A] : [0x0A]
    }
    return random.below(2) == 0 ? bytes : bytes.dropLast()
  }

  @Test func passagesAreTheStreamCutAtLines() {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<20 {
      let bytes = corpus(&random, lines: 120)
      let (texts, cutLines) = cut(bytes, .passage, block: 1 << 16)
      #expect(texts.flatMap(\.bytes) == bytes)
      let longLines = bytes.split(separator: 0x0A).count { $0.count >= CorpusTextCutter.limit }
      #expect(cutLines == longLines)
      var offset = 0
      for (text, next) in zip(texts, texts.dropFirst() + [CorpusText([])]) {
        #expect(text.offset == offset)
        #expect(text.bytes.count <= CorpusTextCutter.limit)
        #expect(String(validating: text.bytes, as: UTF8.self) != nil)
        offset += text.bytes.count
        // A passage shorter than it should be ends the stream or stands before or in a line too long for it.
        if text.bytes.last == 0x0A, text.bytes.count < CorpusTextCutter.passageLength, !next.bytes.isEmpty {
          let line = next.bytes.prefix { $0 != 0x0A }
          #expect(longLines > 0 || line.count + text.bytes.count > CorpusTextCutter.limit)
        }
      }
      for block in [1, 7, 4096] {
        let (again, cuts) = cut(bytes, .passage, block: block)
        #expect(again == texts && cuts == cutLines)
      }
    }
  }

  @Test func aPassageEndsBeforeALineThatBeginsWithNoBlank() {
    let paragraph = Array((String(repeating: "0123456789", count: 500) + "\n").utf8)
    let bytes = paragraph + Array("\n  indented\nplain\n".utf8) + paragraph
    let (texts, _) = cut(bytes, .passage, block: 1000)
    #expect(texts.count == 2)
    #expect(String(decoding: texts[1].bytes.prefix(6), as: UTF8.self) == "plain\n")
    #expect(texts[1].offset == paragraph.count + 12)
  }

  @Test func linesAreTextsWithoutTheirEnd() {
    var random = SeededGenerator(seed: 2)
    for _ in 0..<20 {
      var bytes = corpus(&random, lines: 100)
      bytes.removeAll { $0 == 0x0D }
      let short = bytes.split(separator: 0x0A).filter { $0.count <= CorpusTextCutter.limit }.map { Array($0) }
      let (texts, cutLines) = cut(bytes, .line, block: 333)
      #expect(texts.flatMap(\.bytes) == bytes.filter { $0 != 0x0A })
      #expect(texts.allSatisfy { !$0.bytes.isEmpty && $0.bytes.count <= CorpusTextCutter.limit })
      if cutLines == 0 { #expect(texts.map(\.bytes) == short) }
      for text in texts { #expect(Array(bytes[text.offset..<text.offset + text.bytes.count]) == text.bytes) }
    }
  }

  @Test func nothingGivesNothing() {
    for unit in [CorpusTextCutter.Unit.passage, .line] {
      #expect(cut([], unit, block: 1).0.isEmpty)
    }
    #expect(cut([0x0A, 0x0A], .line, block: 1).0.isEmpty)
    #expect(cut([0x0A, 0x0A], .passage, block: 1).0 == [CorpusText([0x0A, 0x0A])])
  }

  @Test func bytesThatAreNoTextAreCutToo() {
    let bytes = [UInt8](repeating: 0x80, count: 200_000)
    let (texts, cutLines) = cut(bytes, .passage, block: 1 << 16)
    #expect(texts.flatMap(\.bytes) == bytes && cutLines == 1)
    #expect(texts.allSatisfy { $0.bytes.count <= CorpusTextCutter.limit })
  }
}
