import CMCLanguageModel
import CMCLinearAlgebra
import CMCPrimitives
import Testing

/// What a mixture of experts reads, and what it does not depend on.
@Suite struct MixtureTests {
  /// A weight that is no number shows in the result of whoever reads it: of five experts two are read for a position.
  @Test func onlyChosenExpertsAreRead() throws {
    let golden = GoldenCheckpoint(name: "mixtral")
    let ids = try #require(try golden.prompts().first).ids
    for id in ids.prefix(3) {
      var readers = 0
      for expert in 0..<5 {
        var file = try GGUFConversion(golden)
        file.change("blk.1.ffn_up_exps.weight") { $0.values[expert * 40 * 32] = .nan }
        let (path, folder) = try file.write()
        defer { withExtendedLifetime(folder) {} }
        let session = LanguageModelSession(try LanguageModel.load(path))
        do {
          _ = try allLogits(session, [id])
        } catch let error as FileError {
          #expect(error.description.contains("ffn_up_exps"))
          readers += 1
        }
      }
      #expect(readers == 2)
    }
  }

  /// Numbers of a position are its own: those of a text alone are those of the same text behind others in the same step.
  @Test(arguments: ["mixtral", "qwen2_moe", "deepseek_v3", "gpt_oss-mxfp4"])
  func decodingAndPrefillAgree(_ name: String) throws {
    let golden = GoldenCheckpoint(name: name)
    let model = try LanguageModel.load(golden.folder)
    let ids = try #require(try golden.prompts().first).ids
    let whole = try allLogits(LanguageModelSession(model, precision: .fast, threads: 2), ids)
    let session = LanguageModelSession(model, precision: .fast, threads: 1)
    var decoded: [Float] = []
    for id in ids { decoded += try allLogits(session, [id]) }
    // Whole numbers add up in another order one by one; rounding is far below what another expert would change.
    #expect(largestDifference(whole, decoded) <= (name == "gpt_oss-mxfp4" ? 0.05 : 1e-4))
  }

  @Test func theEnginesMemoryCountsExperts() throws {
    let plain = LanguageModelSession(
      try LanguageModel.load(GoldenCheckpoint(name: "mistral").folder), chunk: 8)
    let mixture = LanguageModelSession(
      try LanguageModel.load(GoldenCheckpoint(name: "mixtral").folder), chunk: 8)
    // Eight positions through two experts of 40: at least their inputs and both halves.
    #expect(mixture.workspaceBytes >= 8 * 2 * (32 + 2 * 40) * 4)
    #expect(plain.workspaceBytes > 0)
  }
}
