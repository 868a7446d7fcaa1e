internal import CMCFastJSON
internal import CMCLanguageModel
internal import CMCTraining

/// The families of models as text and JSON.
enum FamiliesRendering {
  /// What `cmc formats` takes for it.
  static let name = "models"

  /// Three lines a family.
  static func text() throws -> String {
    try ModelArchitecture.all.map { family in
      let refusal = try refusal(family)
      return "\(family.rawValue) (\(family.title))\n"
        + "  files:   \(family.containers.joined(separator: ", ")); \(family.classNames.joined(separator: ", "))\n"
        + "  options: \(family.options.joined(separator: ", "))\n"
        + "  trained: \(refusal.map { "no, \($0)" } ?? "yes, with the options that the backward pass knows")\n"
    }.joined(separator: "\n")
  }

  /// One object.
  static func json() throws -> String {
    let families = try ModelArchitecture.all.map { (family: $0, refusal: try refusal($0)) }
    var json = JSONWriter(.readable)
    json.object { json in
      json.member("version", 1)
      json.key("families")
      json.array { json in
        for (family, refusal) in families { write(family, refusal, to: &json) }
      }
    }
    json.endLine()
    return String(decoding: json.bytes, as: UTF8.self)
  }

  private static func write(_ family: ModelArchitecture, _ refusal: String?, to json: inout JSONWriter) {
    json.object { json in
      json.member("name", family.rawValue)
      json.member("title", family.title)
      for (key, texts) in [
        ("classes", family.classNames), ("model_types", family.modelTypes),
        ("containers", family.containers), ("options", family.options),
      ] {
        json.key(key)
        json.array { json in for text in texts { json.value(text) } }
      }
      json.member("trainable", refusal == nil)
      if let refusal { json.member("not_trainable_because", refusal) }
    }
  }

  /// Why a family cannot be trained with the defaults of its class; nil where it can.
  private static func refusal(_ family: ModelArchitecture) throws -> String? {
    do {
      _ = try NetworkShape(try family.defaults())
      return nil
    } catch let error as TrainingError {
      return "\(error.description)"
    }
  }
}
