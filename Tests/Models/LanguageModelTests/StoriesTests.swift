import CMCLanguageModel
import CMCPrimitives
import CMCTokenization
import CMCTokenizerFormats
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The smallest model that tells stories, with its own tokenizer.
@Suite struct StoriesTests {
  private static let folder = getenv("CMC_SHARED_DATA").map { String(cString: $0) + "/stories260K" } ?? ""

  @Test(
    .enabled(
      if: access(folder + "/stories260K.bin", R_OK) == 0,
      "set CMC_SHARED_DATA to the folder that holds stories260K"))
  func theStoryIsTheKnownOne() throws {
    let tokenizer = try Tokenizer(try TokenizerLoader.load(Self.folder + "/tok512.bin"))
    let session = LanguageModelSession(try LanguageModel.load(Self.folder + "/stories260K.bin"))
    let beginning = Array("Once upon a time".utf8)
    let prompt = try tokenizer.encode(beginning)
    // llama2.c puts its beginning-of-sequence token before every prompt.
    var logits = try session.logits(after: [1] + prompt)
    let known = "Once upon a time, there was a little girl named Lily. She loved to play outside in the park."
    var text = ""
    while text.utf8.count < known.utf8.count, session.tokens.count < session.contextLength {
      guard let next = logits.indices.max(by: { logits[$0] < logits[$1] }) else { break }
      logits = try session.logits(after: [Int32(next)])
      text = String(decoding: try tokenizer.decode(Array(session.tokens.dropFirst())), as: UTF8.self)
    }
    #expect(text.hasPrefix(known), "\(text)")
  }
}
