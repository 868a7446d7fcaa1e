import CMCFastJSON
import CMCPrimitives
import CMCServing
import Foundation
import TestSupport
import Testing

/// What the fuzzer of requests starts from and found, as it is, cut short, and with bytes changed.
@Suite struct RequestSeedsTests {
  private enum Reader: CaseIterable {
    case completion, chat, tokenize, detokenize

    func read(_ bytes: [UInt8]) throws(APIError) {
      switch self {
      case .completion: _ = try CompletionRequest(bytes)
      case .chat: _ = try ChatRequest(bytes)
      case .tokenize: _ = try TokenizeRequest(bytes)
      case .detokenize: _ = try DetokenizeRequest(bytes)
      }
    }
  }

  /// How many readers take it; the others say why in one line, with a status of the client's, in JSON that can be read.
  private func taken(_ bytes: [UInt8]) throws -> Int {
    var count = 0
    for reader in Reader.allCases {
      do throws(APIError) {
        try reader.read(bytes)
        count += 1
      } catch {
        #expect(error.status == 400 && !error.message.isEmpty)
        let isOneLine = !error.message.contains(where: \.isNewline)
        #expect(isOneLine, "\(error.message)")
        let told = try JSONDocument(error.json).root["error"]
        #expect(told?["message"]?.string == error.message && told?["param"]?.string == error.param)
      }
    }
    return count
  }

  @Test func everySeedIsTakenAndItsRuinsAreRefused() throws {
    let folder = RealData.checkout + "/Tests/Fuzzers/Seeds/FuzzRequest"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(names.count >= 6)
    var random = SeededGenerator(seed: 17)
    for name in names {
      let bytes = try readFile(folder + "/" + name)
      #expect(try taken(bytes) == 1, "\(name)")
      for length in bytes.indices { #expect(try taken(Array(bytes[..<length])) == 0) }
      for _ in 0..<2000 {
        var other = bytes
        for _ in 0..<Int.random(in: 1...3, using: &random) {
          other[Int.random(in: bytes.indices, using: &random)] = .random(in: .min ... .max, using: &random)
        }
        #expect(try taken(other) <= 1)
      }
    }
  }
}
