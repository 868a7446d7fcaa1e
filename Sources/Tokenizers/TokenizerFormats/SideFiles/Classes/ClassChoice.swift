/// Which class transformers takes for a folder, by the rules of its `AutoTokenizer`.
struct ClassChoice: Equatable {
  /// The class's name, without `Fast`.
  let name: String
  /// Which file says so, as it is shown.
  let source: String

  /// The class; nil where it is the plain one, which follows the file.
  ///
  /// - Parameter namesByteLevel: Whether the file names a step ByteLevel; Llama's class is given up then.
  init?(_ files: ClassFiles, namesByteLevel: Bool) {
    let registered = files.modelType.flatMap(ModelClass.init(type:))
    let stated = files.tokenizerClass ?? files.modelTokenizerClass
    if !files.hasCode, let stated {
      let name = Self.plain(stated)
      if name == "LlamaTokenizer", namesByteLevel, registered?.kind != .mistral,
        registered?.overrules != true
      {
        return nil
      }
      if let registered, registered.kind != .named(name) {
        // A model whose type has the plain class gets that; of two real classes the folder's own counts, except
        // where it is known to be wrong.
        guard case .named(let other) = registered.kind else { return nil }
        self = registered.overrules ? Self.ofType(files, other) : Self.ofClass(files, name)
        return
      }
    }
    if let stated {
      self = Self.ofClass(files, Self.plain(stated))
    } else if let registered, registered.isModel, case .named(let name) = registered.kind {
      self = Self.ofType(files, name)
    } else {
      return nil
    }
  }

  private init(name: String, source: String) {
    self.name = name
    self.source = source
  }

  private static func ofClass(_ files: ClassFiles, _ name: String) -> ClassChoice {
    ClassChoice(
      name: name, source: "tokenizer_class \(name)\(files.tokenizerClass == nil ? " of config.json" : "")")
  }

  private static func ofType(_ files: ClassFiles, _ name: String) -> ClassChoice {
    ClassChoice(name: name, source: "model_type \(files.modelType ?? "") (\(name))")
  }

  private static func plain(_ name: String) -> String {
    name.hasSuffix("Fast") ? String(name.dropLast(4)) : name
  }
}

/// The class that a model type has in transformers.
struct ModelClass {
  /// What the table has for a type.
  enum Kind: Equatable {
    case plain, mistral
    case named(String)
  }

  let kind: Kind
  /// Whether what folders of this type state is known to be wrong.
  let overrules: Bool
  /// Whether there is a model of this type, so that the type alone has a class.
  let isModel: Bool

  /// Whether a class, named without `Fast`, is one of transformers' own but the plain one.
  ///
  /// - Complexity: O(bytes of the tables).
  static func isKnown(_ name: String) -> Bool {
    guard name != "PreTrainedTokenizer", name != "TokenizersBackend" else { return false }
    if ClassData.line(named: name, in: PackageResources.class_pipelines_txt) != nil { return true }
    return PackageResources.model_classes_txt.split(separator: UInt8(ascii: "\n")).contains { line in
      guard let tab = line.firstIndex(of: UInt8(ascii: "\t")) else { return false }
      let words = line[(tab + 1)...].split(separator: UInt8(ascii: " "))
      return words.first?.elementsEqual(name.utf8) ?? false
    }
  }

  /// Looks a type up.
  init?(type: String) {
    guard let line = ClassData.line(named: type, in: PackageResources.model_classes_txt) else { return nil }
    let words = line.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
    guard let first = words.first else { return nil }
    kind = first == "-" ? .plain : first == "~" ? .mistral : .named(first)
    overrules = words.contains("!")
    isModel = !words.contains("?")
  }
}
