import CMCLanguageModel
import CMCLinearAlgebra
import CMCPrimitives
import Foundation
import TestSupport
import Testing

/// What the fuzzer of model files starts from and found, as it is, cut short, and with bits turned over.
///
/// A file runs, or is refused with one line.
@Suite struct ModelSeedsTests {
  static let seeds: [String] = {
    let folder = RealData.checkout + "/Tests/Fuzzers/Seeds/FuzzModel"
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }()

  /// Loads bytes as a model and computes two tokens in both precisions, as the fuzzer does.
  ///
  /// - Returns: Whether it ran.
  private func runs(_ bytes: [UInt8], in folder: TemporaryFolder) throws -> Bool {
    var path = try folder.write("model", bytes: bytes)
    if bytes.first == UInt8(ascii: "{"), let end = bytes.firstIndex(of: 0) {
      path = folder.path("safetensors")
      try folder.write("safetensors/config.json", bytes: Array(bytes[..<end]))
      try folder.write("safetensors/model.safetensors", bytes: Array(bytes[(end + 1)...]))
    }
    do {
      let model = try LanguageModel.load(path)
      for precision in Precision.allCases {
        let session = LanguageModelSession(
          model, precision: precision, threads: 1, contextLength: 8, chunk: 4)
        try session.extend([0, 1], logits: .all) { _, logits in
          try #require(logits.count == session.logitsWidth && logits.allSatisfy(\.isFinite))
        }
      }
      return true
    } catch let error as any DescribedError {
      let isOneLine = !error.description.isEmpty && !error.description.contains(where: \.isNewline)
      #expect(isOneLine, "\(error)")
      return false
    }
  }

  @Test func thereAreSeedsOfEveryContainer() { #expect(Self.seeds.count >= 4) }

  @Test(arguments: seeds)
  func aSeedRunsAndBrokenItRunsOrIsRefused(_ name: String) throws {
    let folder = try TemporaryFolder()
    let bytes = try readFile(RealData.checkout + "/Tests/Fuzzers/Seeds/FuzzModel/" + name)
    let isFound = name.hasPrefix("found-")
    #expect(try runs(bytes, in: folder) || isFound)
    for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 60)) {
      _ = try runs(Array(bytes[..<length]), in: folder)
    }
    var random = SeededGenerator(seed: UInt64(bytes.count))
    var refused = 0
    for _ in 0..<400 {
      var broken = bytes
      // Most of the turns in the head, where sizes and offsets are.
      let limit = random.next() % 4 == 0 ? bytes.count : min(bytes.count, 1500)
      for _ in 0...Int(random.next() % 3) {
        broken[Int(random.next() % UInt64(limit))] ^= UInt8(1 << (random.next() % 8))
      }
      if try !runs(broken, in: folder) { refused += 1 }
    }
    #expect(refused > 0)
  }
}
