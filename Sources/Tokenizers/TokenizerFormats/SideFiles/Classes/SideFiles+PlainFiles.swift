import CMCFastJSON
import CMCPrimitives
import CMCVocabulary

extension SideFiles {
  /// The rule of the class that transformers takes for a `vocab.txt`, or for a `vocab.json` with its `merges.txt`.
  ///
  /// Nil where nothing names a class; then the files are read by BERT's or GPT-2's rules. So they are, with a note, where
  /// only the type of the model is stated and has no class, or the class is code beside the files.
  ///
  /// - Throws: `FileError` naming the file that names a class which is not carried out.
  func plainFileRule(of description: inout TokenizerDescription) throws -> PlainFileRule? {
    guard description.format == .wordPieceText || description.format == .vocabAndMerges else { return nil }
    let rules = description.format == .wordPieceText ? "BERT's rules" : "GPT-2's rules"
    guard let choice = ClassChoice(classFiles, namesByteLevel: false) else {
      if !classFiles.hasCode, let name = classFiles.tokenizerClass ?? classFiles.modelTokenizerClass {
        throw plainRefusal(
          "tokenizer_class \(name)",
          "for model_type \(classFiles.modelType ?? "") transformers 5 takes its plain class, which builds "
            + "no tokenizer of these files", isBuilt: false)
      }
      if let type = classFiles.modelType {
        description.notes.append(
          "model_type \(oneLine(type, limit: 60)) has no class that transformers 5 builds of these files, so \(rules) "
            + "are followed")
      }
      return nil
    }
    if let rule = try PlainFileRule(choice, format: description.format) { return rule }
    if classFiles.hasCode {
      description.notes.append(
        "the tokenizer's class is code beside the files, which is not run; \(rules) are followed")
      return nil
    }
    let isKnown = ModelClass.isKnown(choice.name)
    throw plainRefusal(
      choice.source,
      isKnown
        ? "the class is not carried out over \(description.format.rawValue), of which it makes other ids"
        : "transformers 5 builds no tokenizer of \(description.format.rawValue) for it", isBuilt: isKnown)
  }

  /// Reads the files again for a class: only its own tokens are special, and states them where no file does.
  ///
  /// - Throws: As the readers, and `FileError` for a role that the class needs and a file denies.
  mutating func prepare(
    _ rule: PlainFileRule, of description: inout TokenizerDescription, path: String
  ) throws {
    stated.classDefaults = rule.defaults
    stated.classSource = rule.choice.source
    stated.maskTakesSpace = rule.maskTakesSpace
    stated.resetsSpecialFlags = rule.resetsSpecialFlags
    let around = try rule.surroundings()
    let needed = (around?.before ?? []) + (around?.behind ?? [])
    var marks: [TokenRole: String] = [:]
    for (name, role) in Self.nameKeys {
      let said = templateTokens.stated(name)
      guard let text = said ?? rule.defaults[name] else {
        guard needed.contains(name) || name == "unk_token" && description.format == .wordPieceText else {
          continue
        }
        throw FileError(
          path: self.path(of: "/tokenizer_config.json"),
          underlying: SideFileError.roleMissing(name: name, text: nil))
      }
      marks[role] = text
      if said == nil {
        statements.append(
          SideStatement(
            role: role, token: .content(Array(text.utf8)), file: rule.choice.source, key: name))
      }
    }
    var read = try withFile(path) {
      let bytes = try readFile(path)
      guard description.format == .vocabAndMerges, let merges = description.files.last else {
        return try bytes.withUnsafeBytes {
          try WordPieceTextReader.read($0, name: description.name, marks: marks, dropsByteOrderMark: false)
        }
      }
      return try VocabAndMergesReader.read(
        try JSONDocument(bytes), merges: try readFile(merges), mergesPath: merges, name: description.name,
        isOfClass: true)
    }
    read.files = description.files
    read.notes = description.notes + read.notes.filter { !description.notes.contains($0) }
    // All of them are stated, as the library adds them.
    read.addedTokens = []
    description = read
  }

  /// Carries out a class's steps; after added tokens have their ids.
  ///
  /// - Throws: `FileError` where the class fails with what `tokenizer_config.json` says.
  func apply(_ rule: PlainFileRule, to description: inout TokenizerDescription) throws {
    guard let steps = try rule.steps(classFiles.arguments) else {
      throw plainRefusal(rule.choice.source, "the class fails with the arguments of tokenizer_config.json")
    }
    description.normalizers = steps.normalizers
    description.preTokenizers = steps.preTokenizers
    let names = description.vocabulary.pieceIndex
    func item(_ name: String) -> [TemplateItem] {
      let said = templateTokens.stated(name)
      guard let text = said ?? rule.defaults[name], let row = names.row(of: Array(text.utf8)) else {
        return []
      }
      return [.special([Int32(row)])]
    }
    let around =
      try rule.surroundings() ?? (
        classFiles.flag("add_bos_token") == true ? ["bos_token"] : [],
        classFiles.flag("add_eos_token") == true ? ["eos_token"] : []
      )
    for name in around.before + around.behind where classFiles.arguments[name] == .text("") {
      throw FileError(
        path: path(of: "/tokenizer_config.json"),
        underlying: SideFileError.roleMissing(name: name, text: nil))
    }
    let before = around.before.flatMap(item)
    let behind = around.behind.flatMap(item)
    func single(_ name: String) -> [TemplateItem] { before + [.sequence(name)] + behind }
    description.postProcessors = [.template(single: single("A"), pair: single("A") + single("B"))]
  }

  private func plainRefusal(_ source: String, _ reason: String, isBuilt: Bool = true) -> FileError {
    let isOfModel = classFiles.tokenizerClass == nil || source.hasPrefix("model_type")
    return FileError(
      path: path(of: isOfModel ? "/config.json" : "/tokenizer_config.json"),
      underlying: SideFileError.plainClassRefused(source: source, reason: reason, isBuilt: isBuilt))
  }
}
