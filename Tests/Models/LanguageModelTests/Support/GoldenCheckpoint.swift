import CMCFastJSON
import CMCLanguageModel
import CMCNumPyFiles
import CMCPrimitives
import Foundation
import Testing

/// A checkpoint that Tests/Scripts/generate_tiny_checkpoints.py wrote, and what transformers computes from it; of RWKV-7
/// generate_rwkv_checkpoints.py and its originals.
struct GoldenCheckpoint: CustomTestStringConvertible, Sendable {
  static let names = ["llama", "llama-linear", "mistral", "qwen2", "qwen3", "gemma3", "gpt2"]
  /// Those of families that only files of the hub are read of.
  static let hubNames: [String] = hubAttentionNames + stateNames
  private static let hubAttentionNames: [String] = [
    "gemma", "seed_oss", "granite", "arcee", "olmo2", "gemma2", "exaone4", "smollm3", "starcoder2",
    "stablelm", "stablelm-parallel", "phi3", "gpt_neox", "gpt_neox-sequential", "cohere", "glm4",
    "helium", "ministral3", "opt", "granitemoe", "granitemoeshared",
    "mixtral", "qwen2_moe", "qwen2_moe-plain", "qwen3_moe", "olmoe",
    "gpt_oss", "gpt_oss-mxfp4", "mistral3",
    "deepseek_v2", "deepseek_v3", "olmo3", "gemma4", "gemma4-wrapped", "gemma4_unified", "pytorch",
    "pytorch-old", "pytorch-shards",
  ]
  /// Those that have states in place of keys and values, or in some layers.
  static let stateNames = [
    "mamba", "mamba-plain", "mamba2", "mamba2-plain", "granitemoehybrid", "granitemoehybrid-dense",
    "rwkv7", "rwkv7-plain", "rwkv7-author", "rwkv7-pth",
  ]
  /// Those that are also tried as GGUF files.
  static let ggufNames =
    names.filter { $0 != "gemma3" } + [
      "mixtral", "qwen2_moe-plain", "gemma", "gemma2", "granite", "granitemoe", "granitemoeshared", "olmo2",
      "starcoder2", "stablelm", "stablelm-parallel", "cohere", "arcee", "seed_oss", "phi3",
      "mamba-plain", "mamba2-plain", "rwkv7-author", "granitemoehybrid", "granitemoehybrid-dense", "gemma4",
      "glm4", "exaone4", "ministral3",
    ]
  static let all = (names + hubNames).map { GoldenCheckpoint(name: $0) }

  let name: String

  var testDescription: String { name }
  var folder: String { (Bundle.module.resourcePath ?? "") + "/Golden/" + name }

  /// The prompts, each with its logits [positions × vocabulary].
  func prompts() throws -> [(ids: [Int32], logits: [Float])] {
    let root = try JSONDocument(try readFile(folder + "/prompts.json")).root
    return try root.elements.enumerated().map { index, list in
      let array = try NumPyArray(parsing: try readFile(folder + "/logits-\(index).npy"))
      return (list.elements.compactMap { $0.int.map(Int32.init) }, try array.doubles().map(Float.init))
    }
  }
}

/// The logits of all positions after `ids`, joined.
func allLogits(_ source: some LogitSource, _ ids: [Int32]) throws -> [Float] {
  var logits: [Float] = []
  try source.extend(ids, logits: .all) { _, row in logits += row }
  return logits
}

/// The largest difference of two lists; infinite where their lengths differ or a number is none.
func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
  guard a.count == b.count else { return .infinity }
  var largest: Float = 0
  for (x, y) in zip(a, b) {
    let difference = abs(x - y)
    if !(difference <= largest) { largest = difference.isNaN ? .infinity : difference }
  }
  return largest
}
