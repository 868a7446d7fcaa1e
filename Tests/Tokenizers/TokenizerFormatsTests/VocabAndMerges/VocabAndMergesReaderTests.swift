import CMCFastJSON
import CMCPrimitives
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

@Suite struct VocabAndMergesReaderTests {
  private func read(_ vocab: String, _ merges: String) throws -> TokenizerDescription {
    try VocabAndMergesReader.read(
      try JSONDocument(Array(vocab.utf8)), merges: Array(merges.utf8), mergesPath: "merges.txt", name: "test")
  }

  private let vocab = ##"{"a":0,"Ġ":1,"Ġa":2,"<|endoftext|>":3,"#a":4,"#":5}"##

  @Test(arguments: ["#version: 0.2\nĠ a\n# a\n", "Ġ a\r\n# a", "\nĠ a\n\n# a\n\n"])
  func `merges with and without a version`(_ merges: String) throws {
    let description = try read(vocab, merges)
    guard case .bpe(let model) = description.algorithm else { Issue.record("no BPE"); return }
    #expect(model.merges == [BPEMerge(left: 1, right: 0, result: 2), BPEMerge(left: 5, right: 0, result: 4)])
    #expect(description.vocabulary.text(2) == " a")
    #expect(description.vocabulary.kind(3) == .special)
    #expect(description.decoders == [.byteLevel])
  }

  @Test func `pieces of SentencePiece keep their meaning`() throws {
    let description = try read(#"{"▁a":0,"<0x0A>":1,"▁":2,"a":3}"#, "▁ a\n")
    #expect(description.vocabulary.text(0) == " a")
    #expect(description.vocabulary.kind(1) == .byte)
  }

  @Test func `a class has special tokens of its own and reads merges more strictly`() throws {
    func read(_ merges: String) throws -> TokenizerDescription {
      try VocabAndMergesReader.read(
        try JSONDocument(Array(vocab.utf8)), merges: Array(merges.utf8), mergesPath: "merges.txt",
        name: "test",
        isOfClass: true)
    }
    let description = try read("Ġ a\n#version: 0.2\n# a\n")
    #expect(description.vocabulary.count(.special) == 0 && description.addedTokens.isEmpty)
    guard case .bpe(let model) = description.algorithm else { Issue.record("no BPE"); return }
    #expect(model.merges.count == 2)
    #expect(throws: FileError.self) { try read("Ġ a\n\n# a\n") }
  }

  @Test(arguments: [
    ("Ġ b\n", "merges.txt: line 1: \"Ġ␣b\" needs \"b\", which is not in vocab.json"),
    ("#version: 0.2\nĠ a\na\n", "merges.txt: line 3: \"a\" is not two parts with a space between"),
    ("Ġ a x\n", "merges.txt: line 1: \"Ġ␣a␣x\" is not two parts with a space between"),
  ])
  func `what is wrong is named with its line`(_ merges: String, _ wanted: String) {
    do {
      _ = try read(vocab, merges)
      Issue.record("no error")
    } catch {
      #expect("\(error)" == wanted)
    }
  }

  @Test func `damaged files are read or refused in one line`() {
    var hostile = Hostile()
    let document = { (bytes: UnsafeRawBufferPointer, name: String) in
      try VocabAndMergesReader.read(
        try JSONDocument(Array(bytes)), merges: Array("Ġ a".utf8), mergesPath: "merges.txt", name: name)
    }
    hostile.bitFlips(of: Array(vocab.utf8), document)
    hostile.truncations(of: Array(vocab.utf8), document)
    let vocab = self.vocab
    hostile.bitFlips(of: Array("#version: 0.2\nĠ a\n# a\n".utf8)) { bytes, name in
      try VocabAndMergesReader.read(
        try JSONDocument(Array(vocab.utf8)), merges: Array(bytes), mergesPath: "merges.txt", name: name)
    }
    #expect(hostile.complaints.prefix(5) == [])
  }
}
