import CMCFastJSON
import CMCSteeringService
import Testing

/// Where tokens lie in their text, whatever bytes they have and however the text comes.
@Suite struct TextOffsetsTests {
  private func places(_ steps: [(bytes: [UInt8], text: String)]) -> [Int] {
    var offsets = TextOffsets()
    let known = steps.flatMap { offsets.append($0.bytes, text: $0.text) }
    return known + offsets.finish()
  }

  @Test func charactersOfSeveralTokensBeginOnce() {
    #expect(
      places([(Array("a".utf8), "a"), ([0xE9], ""), ([0x9B], ""), ([0xAA], "雪"), (Array("b".utf8), "b")]) == [
        0, 1, 1, 1, 2,
      ])
    #expect(places([(Array("a".utf8) + [0xE9], "a"), ([0x9B, 0xAA] + Array("b".utf8), "雪b")]) == [0, 1])
  }

  /// One for each byte, or one for as many as could begin a character: as the tokenizer's library has it.
  @Test func bytesThatAreNoCharacterAreThoseOfTheText() {
    let cut: [UInt8] = [0xE9, 0x9B]
    #expect(places([(cut, ""), (Array("b".utf8), "\u{FFFD}b")]) == [0, 1])
    #expect(places([(cut, ""), (Array("b".utf8), "\u{FFFD}\u{FFFD}b")]) == [0, 2])
    #expect(places([(Array("x".utf8), "x"), ([0x80], "\u{FFFD}"), (Array("y".utf8), "y")]) == [0, 1, 2])
    // A whole character among bytes that are none may be taken apart, too.
    #expect(places([([0x80, 0xC3, 0xA4], "\u{FFFD}\u{FFFD}\u{FFFD}"), (Array("b".utf8), "b")]) == [0, 3])
  }

  @Test func textThatIsHeldBackOrCutOff() {
    #expect(
      places([(Array("ab".utf8), ""), (Array("cd".utf8), "abcd"), ([], ""), (Array("e".utf8), "e")]) == [
        0, 2, 4, 4,
      ])
    // The end of a stop string never comes.
    #expect(places([(Array("ab".utf8), "a"), (Array("cd".utf8), "")]) == [0, 1])
    // What begins a text may lose its blank.
    #expect(places([(Array(" ab".utf8), "ab"), (Array(" c".utf8), " c")]) == [0, 2])
  }

  /// A stream gives the tokens of the answer that comes at once, and each lies where its text is.
  @Test(arguments: 0..<6) func streamsHaveTheSameTokens(seed: Int) async throws {
    let fixture = try ServiceFixture()
    let fields =
      "\"prompt\": \"Write the name of the person: Ada Holt lives in Rome.\", \"seed\": \(seed), \"max_tokens\": 24, "
      + "\"logprobs\": 1, \"temperature\": \(seed % 2 == 0 ? 1 : 50)"
    let json = try fixture.json(try await fixture.service.completions(Array("{\(fields)}".utf8)))
    let whole = try #require(json["choices"]?.elements.first)
    let events = try await fixture.events(
      try await fixture.service.completions(Array("{\(fields), \"stream\": true}".utf8)))
    let parts = events.compactMap { $0["choices"]?.elements.first }
    #expect(parts.compactMap { $0["text"]?.string }.joined() == whole["text"]?.string)
    func strings(_ choice: JSONValue) -> [String] {
      choice["logprobs"]?["tokens"]?.elements.compactMap(\.string) ?? []
    }
    func numbers(_ choice: JSONValue) -> [Int] {
      choice["logprobs"]?["text_offset"]?.elements.compactMap(\.int) ?? []
    }
    #expect(parts.flatMap(strings) == strings(whole) && parts.flatMap(numbers) == numbers(whole))
    #expect(strings(whole).count == json["usage"]?["completion_tokens"]?.int)
    let text = Array(try #require(whole["text"]?.string).unicodeScalars)
    for (token, place) in zip(strings(whole), numbers(whole))
    where !token.hasPrefix("bytes:") && !token.hasPrefix("<") {
      // Bytes of a run that is no text are U+FFFD each, letters among them.
      let found = text[place...].prefix(token.unicodeScalars.count)
      #expect(
        found.first == "\u{FFFD}" || Array(token.unicodeScalars) == Array(found), "\(token) at \(place)")
    }
  }
}
