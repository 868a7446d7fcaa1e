internal import CMCFastJSON
internal import CMCLanguageModel
internal import CMCTraining

/// The families of models as text and JSON.
enum FamiliesRendering {
  /// What `cmc formats` takes for it.
  static let name = "models"

  /// The names alone.
  static func line() -> String {
    "\(ModelArchitecture.all.count) families: "
      + ModelArchitecture.all.map(\.rawValue).joined(separator: ", ")
  }

  /// Four lines a family.
  static func text() throws -> String {
    var paragraphs: [String] = []
    for family in ModelArchitecture.all {
      let reason = try refusal(family)
      let lines = [
        "\(family.rawValue) (\(family.title))",
        "  files:   \(family.containers.joined(separator: ", ")); \(family.classNames.joined(separator: ", "))",
        "  options: \(family.options.joined(separator: ", "))",
        "  trained: " + (reason.map { "no: \($0)" } ?? "yes, with the options that the backward pass knows"),
      ]
      paragraphs.append(lines.joined(separator: "\n") + "\n")
    }
    return paragraphs.joined(separator: "\n")
  }

  /// One object.
  static func json() throws -> String {
    let refusals = try ModelArchitecture.all.map { try refusal($0) }
    var json = JSONWriter(.readable)
    json.object { json in
      json.member("version", 1)
      json.key("families")
      json.array { json in
        for (family, reason) in zip(ModelArchitecture.all, refusals) { write(family, reason, to: &json) }
      }
    }
    json.endLine()
    return String(decoding: json.bytes, as: UTF8.self)
  }

  private static func write(_ family: ModelArchitecture, _ reason: String?, to json: inout JSONWriter) {
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
      json.member("trainable", reason == nil)
      if let reason { json.member("not_trainable_because", reason) }
    }
  }

  /// Why a family cannot be trained with the defaults of its class; nil where it can.
  private static func refusal(_ family: ModelArchitecture) throws -> String? {
    do {
      _ = try NetworkShape(try family.defaults())
      return nil
    } catch let error as TrainingError {
      return error.description
    }
  }
}
