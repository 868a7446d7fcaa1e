internal import CMCFieldTables
package import CMCLinearAlgebra
internal import CMCPrimitives

/// A family of models as a value: what its files say, how its tensors are called, and how its layers differ from Llama's.
///
/// Each family is a file beside this one. The readers and the loader work from the value, and the forward pass from the
/// ``ModelConfiguration`` that they make of it; none of them asks for a family by name. A new value has what Llama has.
package struct ModelArchitecture: Sendable {
  /// The name in results, mostly `model_type` of `config.json`.
  package let rawValue: String
  /// The name for people.
  package let title: String
  /// The classes that `architectures` of `config.json` names; the first is written.
  package let classNames: [String]
  /// What `model_type` names; the first is written.
  package var modelTypes: [String]
  /// The section of the table of fields, where it has another name than the family.
  var section: String
  /// What is done with each member of `config.json`, beside those that all families have.
  var fields: [FieldRow]
  /// What is done with the members of the object that has the text part inside, where models that see wrap it.
  var wrapper: FieldSection?
  /// How sizes are called, and what they are where they are left out.
  var sizes = ModelSizes.llama
  /// The norm.
  var norm = NormMembers()
  /// How positions enter.
  var positions = PositionRules.rotary(RotaryRules())
  /// The member that names the function in the feed-forward part, and the function where it is left out.
  package var activation = (member: "hidden_act", fallback: "silu")
  /// Whether the feed-forward part has a gate.
  var isGated = true
  /// Whether embeddings make the logits where `tie_word_embeddings` is left out.
  var tiesByDefault = false
  /// The `quant_method` of weights that are packed by another tool and read all the same; nil for none.
  var quantization: String?
  /// The tensors of files of the hub.
  package var tensors = HubTensors.llama
  /// The form that the family has in GGUF files; nil where those are not read.
  package var gguf: GGUFForm?
  /// Whether all layers have the window where nothing lists their kinds.
  package var windowsAreUniform = false
  /// Whether a trained model can be written as the hub's files have it, which are then Llama's but for names.
  package var isWritten = false
  /// Brings into a configuration what the family's own members say.
  var configure: @Sendable (inout ModelConfiguration, ConfigurationJSON) throws -> Void = { _, _ in }

  /// A family that has what Llama has.
  ///
  /// - Parameters:
  ///   - rawValue: The name in results.
  ///   - title: The name for people.
  ///   - classNames: The classes that `architectures` names.
  ///   - fields: What is done with its own members of `config.json`.
  ///   - differences: Says what differs.
  init(
    _ rawValue: String, _ title: String, _ classNames: [String], fields: [FieldRow],
    _ differences: (inout ModelArchitecture) -> Void = { _ in }
  ) {
    self.rawValue = rawValue
    self.title = title
    self.classNames = classNames
    self.fields = fields
    modelTypes = [rawValue]
    section = rawValue
    differences(&self)
  }

  /// Whether a member of `config.json` says something of the family that is carried out.
  package func reads(_ member: String) -> Bool {
    fields.contains { $0.name == member && $0.treatment == .carriedOut }
  }

  /// What the hub's files store less of in the weights of norms; those of GGUF files are whole.
  package var hubNormOffset: Float { norm.offset }

  /// Whether the hub's files have a head's pairs side by side; nil where nothing is turned.
  package var hubLayout: RotaryLayout? {
    if case .rotary(let rules) = positions { return rules.layout }
    return nil
  }
}

extension ModelArchitecture: Hashable {
  /// Whether both are of one name: there is one value of each.
  package static func == (a: ModelArchitecture, b: ModelArchitecture) -> Bool { a.rawValue == b.rawValue }

  /// Hashes the name.
  package func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}

extension ModelArchitecture {
  /// Every family, in the order in which they are listed.
  package static let all: [ModelArchitecture] = [
    llama, mistral, qwen2, qwen3, gemma3, gpt2, gemma, seedOSS, granite, arcee, olmo2, gemma2, exaone4,
    smolLM3, starCoder2, stableLM, phi3, gptNeoX, cohere, glm4, helium, ministral3, opt,
    mixtral, qwen2MoE, qwen3MoE, olMoE, graniteMoE, graniteMoEShared, gptOSS, deepSeekV2, deepSeekV3, olmo3,
    mamba, mamba2, graniteMoEHybrid, rwkv7, gemma4, gemma4Unified,
  ]

  /// The names that a reader of an error can choose from.
  static var supported: String {
    let titles = all.map(\.title)
    return titles.dropLast().joined(separator: ", ") + " and " + (titles.last ?? "")
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
      guard let known = all.first(where: { $0.modelTypes.contains(modelType) }) else {
        throw LanguageModelError.architecture(modelType)
      }
      stated.add("config.json: model_type", known, shown: modelType)
    }
    if let className {
      guard let known = all.first(where: { $0.classNames.contains(className) }) else {
        throw LanguageModelError.architecture(className)
      }
      stated.add("architectures", known, shown: className)
    }
    return stated
  }

  /// The architecture of a GGUF file, or nil; Mistral's models and Mixtral's call themselves Llama there.
  ///
  /// - Parameters:
  ///   - name: `general.architecture`.
  ///   - hasExperts: Whether the file says that there are experts.
  init?(gguf name: String, hasExperts: Bool) {
    let named = Self.all.filter { $0.gguf?.name == name }
    guard
      let known = named.first(where: {
        $0.gguf?.mayHaveExperts == true || $0.gguf?.hasExperts == hasExperts
      })
    else { return nil }
    self = known
  }
}
