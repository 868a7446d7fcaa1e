import CMCFastJSON
import CMCFieldTables
import CMCModelFiles
import CMCPrimitives
import CMCVocabulary

extension SideFiles {
  /// Reads what lies beside a tokenizer; each file is optional.
  ///
  /// - Throws: `FileError` naming a file that is there but cannot be read or is malformed.
  init(beside location: ModelLocation) throws {
    try read("generation_config.json", of: location) { try $0.readIDs($1, file: $2) }
    try read("config.json", of: location) { files, root, _ in try files.readConfiguration(root) }
    try read("tokenizer_config.json", of: location) { files, root, _ in
      try files.readTokenizerConfiguration(root)
    }
    try read("special_tokens_map.json", of: location) {
      try $0.readNames($1, file: $2)
      $0.templateTokens.readMap($1)
      $0.stated.readMap($1)
    }
    try read("added_tokens.json", of: location) { files, root, _ in try files.readAddedTokens(root) }
    if location.path.hasSuffix("tokenizer.json"), let path = location.sibling("vocab.txt") {
      pieceLines = try readFile(path, limit: 1 << 28).split(
        separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
      ).map { Array($0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0) }
      if pieceLines?.last?.isEmpty == true { pieceLines?.removeLast() }
    }
    try readTemplates(location)
  }

  /// Templates in files of their own: where there is one, transformers takes none of `tokenizer_config.json`.
  private mutating func readTemplates(_ location: ModelLocation) throws {
    let folder = joinPath(location.directory, "additional_chat_templates")
    let names = PathKind(folder) == .directory ? namesInFolder(folder).filter { $0.hasSuffix(".jinja") } : []
    // Of two that are the default, the folder's is the later one.
    let own = names.contains("default.jinja") ? joinPath(folder, "default.jinja") : nil
    if let path = own ?? location.sibling("chat_template.jinja") {
      chatTemplate = String(decoding: try readFile(path, limit: 1 << 24), as: UTF8.self)
      paths.append(path)
    } else if !names.isEmpty {
      chatTemplate = nil
      let shown = names.sorted().prefix(8).map { oneLine($0, limit: 60) }.joined(separator: ", ")
      templateNote =
        "additional_chat_templates has \(shown) "
        + "and no default.jinja, and there is no chat_template.jinja: no template is taken, as transformers refuses to "
        + "choose; that of tokenizer_config.json, if it has one, does not count then"
    }
  }

  private mutating func read(
    _ name: String, of location: ModelLocation, _ body: (inout SideFiles, JSONValue, String) throws -> Void
  ) throws {
    guard let path = location.sibling(name) else { return }
    try withFile(path) {
      let document = try JSONDocument(try readFile(path, limit: 1 << 28))
      guard document.root.isObject else {
        throw JSONError.wrongType(path: "", wanted: "an object", found: document.root.typeName)
      }
      try body(&self, document.root, name)
    }
    paths.append(path)
  }

  /// The roles that configurations name by id.
  private static let idKeys: [(key: String, role: TokenRole)] = [
    ("bos_token_id", .bos), ("eos_token_id", .eos), ("pad_token_id", .pad), ("unk_token_id", .unk),
    ("mask_token_id", .mask), ("cls_token_id", .cls), ("sep_token_id", .sep),
  ]

  /// The roles that configurations name by text.
  static let nameKeys: [(key: String, role: TokenRole)] = [
    ("bos_token", .bos), ("eos_token", .eos), ("eot_token", .endOfTurn), ("pad_token", .pad),
    ("unk_token", .unk),
    ("mask_token", .mask), ("cls_token", .cls), ("sep_token", .sep),
  ]

  /// `generation_config.json` and `config.json`: an id, or a list of ids of which the first is the primary one.
  private mutating func readIDs(_ value: JSONValue, file: String) throws {
    for (key, role) in Self.idKeys {
      guard let stated = value[key], !stated.isNull else { continue }
      for item in stated.isArray ? stated.elements : [stated] {
        let id = try item.expect("a token id") { $0.int }
        statements.append(SideStatement(role: role, token: .id(id), file: file, key: stated.path))
      }
    }
  }

  /// `config.json`: ids and width, for models of several kinds of input under the member of the text model.
  private mutating func readConfiguration(_ root: JSONValue) throws {
    let file = "config.json"
    templateTokens.modelType = root["model_type"]?.string
    classFiles.readModel(root)
    for part in [root] + ["text_config", "language_config", "llm_config"].compactMap({ root[$0] })
    where part.isObject {
      try readIDs(part, file: file)
      guard let size = part["vocab_size"], !size.isNull else { continue }
      let count = try size.expect("an integer") { $0.int }
      guard count > 0, count <= VocabularyBuilder.idLimit else {
        throw SideFileError.badWidth(path: size.path, count: count)
      }
      widths.append(LogitsWidth(count: count, source: "\(file): \(size.path)"))
    }
  }

  /// `special_tokens_map.json`, and the same members of `tokenizer_config.json`.
  private mutating func readNames(_ root: JSONValue, file: String) throws {
    for (key, role) in Self.nameKeys {
      guard let stated = root[key], !stated.isNull else { continue }
      try note(stated, role: role, file: file)
    }
    for key in ["additional_special_tokens", "extra_special_tokens", "model_specific_special_tokens"] {
      guard let stated = root[key], !stated.isNull else { continue }
      let tokens = stated.isObject ? stated.members.map(\.value) : stated.elements
      for token in tokens { try note(token, role: nil, file: file) }
    }
  }

  /// A token written as its text, or as an object with its text as `content`.
  private mutating func note(_ value: JSONValue, role: TokenRole?, file: String) throws {
    let text = value.isObject ? try value.require("content") : value
    let content = try text.expect("a token") { $0.stringBytes }
    // An empty text is how some tools write that there is none.
    guard !content.isEmpty else { return }
    statements.append(SideStatement(role: role, token: .content(content), file: file, key: value.path))
  }

  private mutating func readTokenizerConfiguration(_ root: JSONValue) throws {
    let file = "tokenizer_config.json"
    try readNames(root, file: file)
    // Models of several kinds of input have names of their own for special tokens.
    unknownFields = try FieldTable.tokenizerConfiguration.check(root).filter { key in
      root[key].map { !StatedTokens.namesToken(key, $0) } ?? true
    }
    bertCleanup = BertCleanup(
      lowercase: root["do_lower_case"]?.bool, stripAccents: root["strip_accents"]?.bool,
      handleChineseCharacters: root["tokenize_chinese_chars"]?.bool)
    chatTemplate = Self.template(root["chat_template"])
    templateTokens.readConfiguration(root)
    try classFiles.readConfiguration(root)
    stated.readConfiguration(root)
    guard let decoder = root["added_tokens_decoder"], !decoder.isNull else { return }
    for (key, value) in try decoder.expect("an object", { $0.isObject ? $0.members : nil }) {
      guard let id = Int(key) else { throw SideFileError.badID(path: decoder.path, text: key) }
      unknownFields += try FieldTable.tokenizerConfiguration.check(value, in: "added_tokens_decoder")
      let content = try value.require("content").expect("a string") { $0.stringBytes }
      tokens.append(
        SideToken(
          id: id, content: content, isSpecial: value["special"]?.bool ?? false, file: file, key: value.path))
    }
  }

  /// `chat_template`: a text, or a list of named ones, of which the one called default counts.
  private static func template(_ value: JSONValue?) -> String? {
    guard let value else { return nil }
    return value.string ?? value.elements.first { $0["name"]?.string == "default" }?["template"]?.string
  }

  /// `added_tokens.json`: an object from text to id.
  private mutating func readAddedTokens(_ root: JSONValue) throws {
    stated.readAddedTokens(root)
    for (key, value) in root.members {
      let id = try value.expect("a token id") { $0.int }
      tokens.append(
        SideToken(
          id: id, content: Array(key.utf8), isSpecial: nil, file: "added_tokens.json",
          key: quoted(Array(key.utf8))))
    }
  }
}
