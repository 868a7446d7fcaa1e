internal import CMCFastJSON
import CMCPrimitives

/// Answers that describe the server.
package enum ListingEncoding {
  /// A model that is served.
  package struct Model: Sendable, Equatable {
    /// The name that requests give.
    package var name: String
    /// When the server began, in seconds since 1970.
    package var created: Int
    /// The largest number of tokens of a text with its prompt.
    package var contextLength: Int
    /// The user model.
    package var user: String
    /// The delta models.
    package var deltas: [String]
    /// The names of maps that `cmc_map` takes.
    package var maps: [String]
    /// The factor α where a request gives none.
    package var alpha: Float
    /// Something to ask it, for people who do not know it yet.
    package var example: String?

    /// Joins these.
    package init(
      name: String, created: Int, contextLength: Int, user: String, deltas: [String], maps: [String],
      alpha: Float
    ) {
      self.name = name
      self.created = created
      self.contextLength = contextLength
      self.user = user
      self.deltas = deltas
      self.maps = maps
      self.alpha = alpha
    }
  }

  /// `GET /v1/models`.
  package static func models(_ models: [Model]) -> [UInt8] {
    var json = JSONWriter(.compact)
    json.object { json in
      json.member("object", "list")
      json.key("data")
      json.array { json in for model in models { json.object { json in write(model, &json) } } }
    }
    return json.bytes
  }

  /// `GET /v1/models/NAME`.
  package static func model(_ model: Model) -> [UInt8] {
    var json = JSONWriter(.compact)
    json.object { json in write(model, &json) }
    return json.bytes
  }

  /// `POST /tokenize`.
  ///
  /// - Parameters:
  ///   - ids: The tokens.
  ///   - contextLength: The largest number of tokens of a text.
  ///   - texts: What the tokens stand for, where that was asked for.
  package static func tokenized(_ ids: [Int32], contextLength: Int, texts: [String]?) -> [UInt8] {
    var json = JSONWriter(.compact)
    json.object { json in
      json.member("count", ids.count)
      json.member("max_model_len", contextLength)
      json.member("tokens", ids)
      json.key("token_strs")
      if let texts {
        json.array { json in for text in texts { json.value(text) } }
      } else {
        json.null()
      }
    }
    return json.bytes
  }

  /// `POST /detokenize`.
  package static func detokenized(_ text: String) -> [UInt8] {
    var json = JSONWriter(.compact)
    json.object { json in json.member("prompt", text) }
    return json.bytes
  }

  /// Where a map takes a token.
  package struct MapRow: Sendable {
    /// The token.
    package var id: Int32
    /// What it looks like.
    package var piece: String
    /// The tokens that stand for it.
    package var targets: [(id: Int32, piece: String)]
    /// The rule that decided.
    package var method: String
    /// How far apart the two are; below 0 where nothing says.
    package var distance: Int

    /// Joins these.
    package init(
      id: Int32, piece: String, targets: [(id: Int32, piece: String)], method: String, distance: Int
    ) {
      self.id = id
      self.piece = piece
      self.targets = targets
      self.method = method
      self.distance = distance
    }
  }

  /// `GET /cmc/row`.
  ///
  /// - Parameter row: The row; nil where there is no map, as the vocabularies are the same.
  package static func row(_ row: MapRow?) -> [UInt8] {
    var json = JSONWriter(.compact)
    json.object { json in
      guard let row else { return json.member("method", "same vocabulary") }
      json.member("id", row.id)
      json.member("piece", row.piece)
      json.key("targets")
      json.array { json in
        for target in row.targets {
          json.object { json in
            json.member("id", target.id)
            json.member("piece", target.piece)
          }
        }
      }
      json.member("method", row.method)
      if row.distance >= 0 { json.member("distance", row.distance) }
    }
    return json.bytes
  }

  /// What `GET /tokenizer_info` tells.
  package struct TokenizerInfo: Sendable {
    /// The tokenizer's name.
    package var name: String
    /// One more than the highest id.
    package var size: Int
    /// The largest number of tokens of a text.
    package var contextLength: Int
    /// The texts of special tokens by role: `bos`, `eos` and others, the primary one of each.
    package var special: [(role: String, text: String)]
    /// The model's own template of a conversation.
    package var chatTemplate: String?
    /// The digest of the vocabulary.
    package var fingerprint: String

    /// Joins these.
    package init(
      name: String, size: Int, contextLength: Int, special: [(role: String, text: String)],
      chatTemplate: String?, fingerprint: String
    ) {
      self.name = name
      self.size = size
      self.contextLength = contextLength
      self.special = special
      self.chatTemplate = chatTemplate
      self.fingerprint = fingerprint
    }
  }

  /// `GET /tokenizer_info`, in the form of vLLM: the members of a `tokenizer_config.json` that clients look at.
  package static func tokenizer(_ info: TokenizerInfo) -> [UInt8] {
    var json = JSONWriter(.compact)
    json.object { json in
      json.member("tokenizer_class", "cmc")
      json.member("name_or_path", info.name)
      json.member("vocab_size", info.size)
      json.member("model_max_length", info.contextLength)
      for role in ["bos", "eos", "unk", "pad"] {
        json.member("\(role)_token", info.special.first { $0.role == role }?.text)
      }
      json.member("chat_template", info.chatTemplate)
      json.key("cmc")
      json.object { json in json.member("fingerprint", info.fingerprint) }
    }
    return json.bytes
  }

  private static func write(_ model: Model, _ json: inout JSONWriter) {
    json.member("id", model.name)
    json.member("object", "model")
    json.member("created", model.created)
    json.member("owned_by", "cmc")
    json.member("max_model_len", model.contextLength)
    json.key("cmc")
    json.object { json in
      json.member("user", model.user)
      json.key("deltas")
      json.array { json in for delta in model.deltas { json.value(delta) } }
      json.key("maps")
      json.array { json in for map in model.maps { json.value(map) } }
      json.member("alpha", model.alpha.shortestDecimal)
      if let example = model.example { json.member("example", example) }
    }
  }
}
