import CMCPrimitives
import CMCSafetensors
import TestSupport
import Testing

@testable import CMCLanguageModel

/// Adapters on parts that the base has and that nothing is worked into: the sentence says so, and no other.
@Suite struct UnreachedModulesTests {
  @Test(arguments: [
    ("qwen2_moe", "shared_expert_gate", "model.layers.2.mlp.shared_expert_gate"),
    ("qwen2_moe", "gate", "model.layers.2.mlp.gate"), ("gpt_oss", "router", "model.layers.0.mlp.router"),
    ("mamba", "in_proj", "backbone.layers.0.mixer.in_proj"),
    ("granitemoehybrid", "in_proj", "model.layers.0.mamba.in_proj"),
  ])
  func aPartThatTheBaseHasIsNamed(_ name: String, _ target: String, _ module: String) throws {
    let folder = try TemporaryFolder()
    let layer = module.contains("layers.2.") ? 2 : 0
    try folder.write(
      "adapter/adapter_config.json",
      #"{"peft_type": "LORA", "r": 2, "lora_alpha": 4, "target_modules": ["\#(target)"], "layers_to_transform": [\#(layer)]}"#
    )
    var writer = SafetensorsWriter()
    for part in ["lora_A", "lora_B"] {
      writer.add("base_model.model.\(module).\(part).weight", [1, 2, 3, 4] as [Float], shape: [2, 2])
    }
    try folder.write("adapter/adapter_model.safetensors", bytes: writer.encoded())
    let base = GoldenCheckpoint(name: name).folder
    let error = #expect(throws: FileError.self) {
      _ = try LanguageModel.load(base + "+" + folder.path("adapter"))
    }
    let reason = try #require(error)
    #expect(
      reason.underlying as? AdapterError
        == .unreached(tensor: "base_model.model.\(module).lora_A.weight"), "\(reason)")
  }

  @Test func aPartThatNoModelOfTheFamilyHasIsUnknown() {
    let naming = TensorNaming.huggingFace(.qwen2MoE, prefix: "model.")
    for name in ["layers.11.mlp.experts.3.up_proj", "layers.0.self_attn.q_proj", "layers.2.mlp.gate", "norm"]
    {
      #expect(naming.isModule("model." + name), "\(name)")
    }
    for name in ["layers.0.mlp.router", "layers.0.self_attn.q", "layers.0.mlp.experts.x.up_proj", "other"] {
      #expect(!naming.isModule("model." + name), "\(name)")
    }
  }
}
