internal import CMCPrimitives

/// A family of models whose forward pass is known here.
public enum ModelArchitecture: String, Sendable, CaseIterable {
  /// Llama 1 to 3 and all that share its layers: TinyLlama, SmolLM2, llama2.c.
  case llama
  /// Llama's layers with a sliding window.
  case mistral
  /// Llama's layers with biases on queries, keys and values.
  case qwen2
  /// Llama's layers with norms on queries and keys.
  case qwen3
  /// Gemma 3, text only: local and global layers, norms before and after each part.
  case gemma3
  /// GPT-2: learned positions, layer norms, one product for queries, keys and values.
  case gpt2

  /// What the hub's files store less of in the weights of norms; those of GGUF files are whole.
  package var hubNormOffset: Float { self == .gemma3 ? 1 : 0 }

  /// What the configurations of the hub name, as `architectures` has it.
  private static let classes: [(String, ModelArchitecture)] = [
    ("LlamaForCausalLM", .llama), ("MistralForCausalLM", .mistral),
    ("MinistralForCausalLM", .mistral), ("Qwen2ForCausalLM", .qwen2),
    ("Qwen3ForCausalLM", .qwen3), ("Gemma3ForCausalLM", .gemma3), ("Gemma3ForConditionalGeneration", .gemma3),
    ("GPT2LMHeadModel", .gpt2),
  ]

  /// The names that a reader of an error can choose from.
  static var supported: String {
    "Llama, Mistral, Qwen2, Qwen3, Gemma 3 (text) and GPT-2"
  }

  /// The architecture of a configuration of the hub, by everything that says so, in transformers' order.
  ///
  /// `model_type` chooses the class of the configuration and that the class of the model; `architectures` is only asked
  /// where it is missing. A class that is not known here is refused all the same: its weights are of another model.
  ///
  /// - Throws: ``LanguageModelError/architecture(_:)`` for a name that is not known here.
  static func stated(className: String?, modelType: String?) throws -> Stated<ModelArchitecture> {
    var stated = Stated<ModelArchitecture>("which architecture", asIn: "transformers")
    if let modelType {
      let name = ["gemma3_text": "gemma3", "ministral": "mistral"][modelType] ?? modelType
      guard let known = Self(rawValue: name) else { throw LanguageModelError.architecture(modelType) }
      stated.add("config.json: model_type", known, shown: modelType)
    }
    if let className {
      guard let known = classes.first(where: { $0.0 == className }) else {
        throw LanguageModelError.architecture(className)
      }
      stated.add("architectures", known.1, shown: className)
    }
    return stated
  }

  /// The architecture of a GGUF file (`general.architecture`); Mistral's models call themselves Llama there.
  init?(gguf name: String) {
    guard name != "mistral", let known = Self(rawValue: name) else { return nil }
    self = known
  }
}
