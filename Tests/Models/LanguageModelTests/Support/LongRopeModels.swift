import CMCLanguageModel
import Foundation
import TestSupport
import Testing

/// Checkpoints whose positions turn otherwise in texts of more than 20 tokens: two kinds of layers at different lengths, and
/// layers with states among them.
enum LongRopeModels {
  static let names = ["llama", "gemma3", "granitemoehybrid"]

  /// A golden checkpoint with longrope; its folder is gone when it is loaded.
  static func load(_ name: String) throws -> LanguageModel {
    let golden = GoldenCheckpoint(name: name).folder
    let data = try Data(contentsOf: URL(fileURLWithPath: golden + "/config.json"))
    var json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let heads = try #require(json["num_attention_heads"] as? Int)
    let size = try json["head_dim"] as? Int ?? #require(json["hidden_size"] as? Int) / heads
    func scaling(_ long: Double, from context: Int) -> [String: Any] {
      [
        "rope_type": "longrope", "rope_theta": 10_000, "factor": 4,
        "original_max_position_embeddings": context,
        "short_factor": [Double](repeating: 1.1, count: size / 2),
        "long_factor": (0..<size / 2).map { long + Double($0) },
      ]
    }
    json["rope_scaling"] = nil
    json["rope_parameters"] =
      name == "gemma3"
      ? ["full_attention": scaling(4, from: 20), "sliding_attention": scaling(2, from: 31)]
      : scaling(3, from: 20)
    if name == "granitemoehybrid" { json["position_embedding_type"] = "rope" }
    let folder = try TemporaryFolder()
    let changed = try JSONSerialization.data(withJSONObject: json)
    try folder.write("config.json", String(decoding: changed, as: UTF8.self))
    let weights = URL(fileURLWithPath: golden + "/model.safetensors")
    try folder.write("model.safetensors", bytes: [UInt8](try Data(contentsOf: weights)))
    return try LanguageModel.load(folder.path)
  }
}
