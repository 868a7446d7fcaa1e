import CMCPrimitives

/// Why a model cannot be loaded or run.
package enum LanguageModelError: DescribedError, Equatable {
  /// A family whose forward pass is not known here.
  case architecture(String)
  /// A configuration that is impossible or contradicts itself.
  case configuration(String)
  /// Something the configuration asks for that is not computed here.
  case unsupported(String)
  /// A folder with the weights of a model and an adapter beside them, which transformers would apply.
  case adapterBeside
  /// A tensor that the configuration asks for is not there.
  case missingTensor(String)
  /// A tensor that no part of the forward pass reads.
  case unknownTensor(String)
  /// A tensor of another shape than the configuration says; rows first.
  case shape(tensor: String, found: [Int], wanted: [Int])
  /// Elements stored in a way that is not read.
  case elementType(tensor: String, found: String)
  /// The same of a file of safetensors or PyTorch, by safetensors' name.
  case hubElementType(tensor: String, found: String)
  /// A tensor whose values cannot be used.
  case badValue(tensor: String, at: Int)
  /// A tensor's values do not fit the matrix they should be.
  case matrix(tensor: String, reason: String)
  /// A file is not as long as its header says.
  case fileSize(needed: Int, found: Int)
  /// A list of shards names a file outside of its folder.
  case shardName(String)
  /// An id beyond the embeddings.
  case token(id: Int32, limit: Int)
  /// More positions than there can be.
  case contextOverflow(tokens: Int, limit: Int)
  /// A limit of the address space leaves too little to compute in.
  case addressSpace(needed: Int, left: Int)
  /// The state after a layer is not finite; `tensor` where its weights are not.
  case notFinite(place: String, tensor: String?)

  /// What and where in one line.
  package var description: String {
    switch self {
    case .architecture(let name): "architecture \(Self.shown(name)) cannot be run"
    case .configuration(let reason): "configuration: \(reason)"
    case .unsupported(let what): "\(what) is not supported"
    case .adapterBeside:
      "holds adapter_config.json beside the weights of a model: whether it is meant is not said"
    case .missingTensor(let name): "has no tensor \(Self.shown(name))"
    case .unknownTensor(let name): "tensor \(Self.shown(name)): no part of this architecture reads it"
    case .shape(let tensor, let found, let wanted):
      "tensor \(Self.shown(tensor)): shape \(Self.text(found)), the configuration says \(Self.text(wanted))"
    case .elementType(let tensor, let found), .hubElementType(let tensor, let found):
      "tensor \(Self.shown(tensor)): type \(Self.shown(found)) is not read"
    case .badValue(let tensor, let at): "tensor \(Self.shown(tensor)): element \(at) is not a finite number"
    case .matrix(let tensor, let reason): "tensor \(Self.shown(tensor)): \(reason)"
    case .fileSize(let needed, let found): "its header needs a file of \(needed) bytes, it has \(found)"
    case .shardName(let name): "weight_map: \(Self.shown(name)) is no file of the same folder"
    case .token(let id, let limit): "token \(id) does not exist: ids are from 0 to \(limit - 1)"
    case .contextOverflow(let tokens, let limit): "\(tokens) tokens are more than the context of \(limit)"
    case .addressSpace(let needed, let left):
      "to compute with it takes \(needed >> 20) MiB of address space, of which the limit leaves \(max(0, left) >> 20)"
    case .notFinite(let place, nil): "\(place): the computed values are not finite numbers"
    case .notFinite(let place, let tensor?):
      "\(place): the computed values are not finite numbers, because tensor \(Self.shown(tensor)) has such values"
    }
  }

  /// What to do about it.
  package var hint: String? {
    switch self {
    case .architecture: "supported are \(ModelArchitecture.supported)"
    case .elementType:
      "supported are F32, F16, BF16, Q4_0 to Q8_0, Q2_K to Q6_K, every IQ type, TQ1_0, TQ2_0 and MXFP4"
    case .hubElementType:
      "of safetensors' types F64, F32, F16 and BF16 are read, F8_E4M3 and F8_E5M2 where quantization_config is not there, and what it says of F8_E4M3, I32 and U8"
    case .fileSize, .badValue: "the file may be damaged: download it again"
    case .contextOverflow: "shorten the input"
    case .addressSpace: "raise the limit: ulimit -v"
    case .adapterBeside:
      "name the file of the weights for the model alone, or FOLDER+FOLDER for the model with the adapter"
    default: nil
    }
  }

  private static func shown(_ text: String) -> String { oneLine(text) }

  private static func text(_ shape: [Int]) -> String {
    shape.isEmpty ? "of a single number" : shape.map(String.init).joined(separator: " × ")
  }
}
