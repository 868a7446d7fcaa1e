import CMCTokenization
import CMCTokenizerFormats
import TestSupport
import Testing

/// Decoders that make a text longer at each step, until there is no memory for it.
@Suite struct DecoderGrowthTests {
  private func decoded(_ steps: [String], ids: [Int32]) throws -> Int {
    let folder = try TemporaryFolder()
    try folder.write(
      "tokenizer.json",
      #"{"model":{"type":"WordLevel","vocab":{"a":0,"b":1},"unk_token":"b"},"decoder":"#
        + #"{"type":"Sequence","decoders":["# + steps.joined(separator: ",") + "]}}")
    return try Tokenizer(try TokenizerLoader.load(folder.path)).decode(ids).count
  }

  private static let literal = #"{"type":"Replace","pattern":{"String":"a"},"content":"aaaaaaaaaa"}"#
  private static let regex = #"{"type":"Replace","pattern":{"Regex":"a"},"content":"aaaaaaaaaa"}"#

  @Test(arguments: [literal, regex])
  func theLimitIsNamed(step: String) throws {
    #expect(throws: TokenizationError.growsTooLong(limit: 1 << 22)) {
      try decoded(Array(repeating: step, count: 12), ids: [0, 0])
    }
    #expect(try decoded(Array(repeating: step, count: 3), ids: [0, 0]) == 2000)
  }

  @Test func aPieceWithoutTheTextStays() throws {
    #expect(try decoded(Array(repeating: Self.literal, count: 12), ids: [1, 1]) == 2)
  }
}
