/// A file format of token maps.
public enum TokenMapFormat: String, Sendable, CaseIterable {
  /// The project's own versioned JSON, which holds everything.
  case json
  /// The three files of CMC's one-to-one maps: `P_id.json`, `P_match.json`, `P_token.json`.
  case cmcOneToOne = "cmc-one2one"
  /// The file of CMC's one-to-many maps: `P_id.json`.
  case cmcOneToMany = "cmc-one2many"
  /// A NumPy vector of 64-bit ids.
  case npy
  /// Tensors `user_to_delta`, `match`, `distance`, and `indices` with `weights` where there are sequences.
  case safetensors
  /// tokenkit's folder of `mined_mapping.npy` and `mined_distances.json`.
  case tokenkit
  /// DSKD's JSON object of ids.
  case dskd
  /// TokAlign's JSON object of ids.
  case tokalign
  /// FuseLLM's JSON object of its names of the source's tokens, and the target's pieces.
  case fusellm
  /// Lines of two ids, or two pieces, with a TAB between.
  case pairs

  /// Whether an entry can be left without a target; where not, a fill policy decides.
  public var canSayUnmatched: Bool {
    switch self {
    case .tokenkit, .dskd, .tokalign, .fusellm: false
    default: true
    }
  }

  /// The ending of a file's default name, without its full stop; empty where the path is a prefix or a folder.
  public var fileExtension: String {
    switch self {
    case .json, .dskd, .tokalign, .fusellm: "json"
    case .npy: "npy"
    case .safetensors: "safetensors"
    case .pairs: "tsv"
    case .cmcOneToOne, .cmcOneToMany, .tokenkit: ""
    }
  }

  /// The format that a file's ending asks for; the own one where it asks for none.
  public init(ofFile path: String) {
    let known: [TokenMapFormat] = [.npy, .safetensors, .pairs]
    self = known.first { path.lowercased().hasSuffix("." + $0.fileExtension) } ?? .json
  }
}

/// What an entry without a target becomes in a format that cannot say so.
public enum FillPolicy: String, Sendable, CaseIterable {
  /// Nothing is written.
  case error
  /// The target token with the least edit distance.
  case nearest
  /// The target's unknown token.
  case unk
}
