import CMCPrimitives
import CMCVocabulary

extension SideFiles {
  /// Settles what counts of the files' lists of tokens where a class is carried out over a SentencePiece model.
  mutating func prepareModelClass(of description: TokenizerDescription) {
    guard description.format == .sentencePiece,
      let choice = ClassChoice(classFiles, namesByteLevel: false), ModelFileRule(choice.name) != nil
    else { return }
    stated.takesOlderList = false
  }

  /// Carries out what the class of transformers makes of a SentencePiece model without a `tokenizer.json`.
  ///
  /// A class that is not carried out is refused by name, as it gives other ids. Where transformers takes its plain
  /// class, or the class is code beside the files, the model is followed as SentencePiece does, and a note says so.
  ///
  /// - Throws: `FileError` naming the file that names the class.
  func applyModelClass(to description: inout TokenizerDescription) throws {
    guard description.format == .sentencePiece else { return }
    guard let choice = ClassChoice(classFiles, namesByteLevel: false) else {
      return applyPlainClass(to: &description)
    }
    if let rule = ModelFileRule(choice.name) {
      try apply(rule, choice, to: &description)
    } else if !classFiles.hasCode, ModelClass.isKnown(choice.name) {
      throw refusal(
        choice, "the class is not carried out over a SentencePiece model, of which it makes other ids")
    } else {
      applyPlainClass(to: &description)
    }
  }

  /// The statements that count beside SentencePiece's own rules.
  private func applyPlainClass(to description: inout TokenizerDescription) {
    guard classFiles.isStated || classFiles.modelType != nil else { return }
    let begins = classFiles.flag("add_bos_token")
    let ends = classFiles.flag("add_eos_token")
    if begins != nil || ends == true {
      let names = description.vocabulary.pieceIndex
      func id(_ name: String, _ role: TokenRole) -> Int32? {
        guard let stated = templateTokens.stated(name) else {
          return description.vocabulary.ids(of: role).first
        }
        return stated.flatMap { names.row(of: Array($0.utf8)) }.map { Int32($0) }
      }
      let bos = begins == false ? nil : id("bos_token", .bos)
      let eos = ends == true ? id("eos_token", .eos) : nil
      setSurroundings(of: &description, bos: bos, eos: eos)
    }
    if classFiles.flag("add_prefix_space") == false {
      description.normalizers = description.normalizers.map { step in
        guard case .sentencePieceSpaces(_, let removesExtra, let escapes, let isSuffix) = step else {
          return step
        }
        return .sentencePieceSpaces(
          addDummyPrefix: false, removeExtra: removesExtra, escape: escapes, isSuffix: isSuffix)
      }
      description.sentencePiece.dropsFirstSpaces = description.sentencePiece.dropsAllSpaces
    }
    description.notes.append(
      classFiles.hasCode
        ? "the tokenizer's class is code beside the files, which is not run; the model is followed as "
          + "SentencePiece does"
        : "transformers 5 takes its plain class for these files, which puts no space before a text and no beginning "
          + "unless add_bos_token says so; the model is followed here, as SentencePiece does")
  }

  private func apply(
    _ rule: ModelFileRule, _ choice: ClassChoice, to description: inout TokenizerDescription
  ) throws {
    guard case .scoredBPE(var model) = description.algorithm, model.byteFallback, model.unused.isEmpty else {
      throw refusal(
        choice, "the class builds BPE with byte pieces, and the model is another or has unused pieces")
    }
    let names = description.vocabulary.pieceIndex
    var ids: [String: Int32] = [:]
    var special: Set<Int32> = []
    for (name, own) in rule.defaults {
      let known: String? = templateTokens.stated(name) ?? own
      guard let text = known else { continue }
      guard let row = names.row(of: Array(text.utf8)) else {
        throw refusal(
          choice, "the class adds \(quoted(Array(text.utf8))) as \(name), which the model does not have")
      }
      ids[name] = Int32(row)
      special.insert(Int32(row))
    }
    let listed = Set(description.addedTokens.map(\.id))
    for place in description.addedTokens.indices where special.contains(description.addedTokens[place].id) {
      description.addedTokens[place].isSpecial = true
    }
    for id in special.subtracting(listed).sorted() {
      let content = String(decoding: description.vocabulary.pieces[Int(id)], as: UTF8.self)
      description.addedTokens.append(AddedToken(id: id, content: content, isSpecial: true))
    }
    // The model's own control and user-defined pieces are added tokens where no list takes their place; its unknown piece
    // is one by its name alone.
    let kept = Set(stated.inOrder(added: []).map(\.content))
    let (unknown, isReplaced) = (model.unknown, stated.replacesModelList)
    description.addedTokens.removeAll {
      (isReplaced || $0.id == unknown) && !special.contains($0.id) && !kept.contains(Array($0.content.utf8))
    }
    description.keepPieces(special)
    // The library's model has every piece of the file, whatever its type; bytes, too, merge by their spelling.
    for id in 0..<Int32(description.vocabulary.idLimit) where !description.besideIDs.contains(id) {
      let kind = description.vocabulary.kind(id)
      if kind == .special || kind == .byte { description.markedPieceIDs.insert(id) }
    }
    description.vocabulary = try description.vocabulary.editing(special: special, additions: [])
    // Merges are ranked by the ids of their results. User-defined pieces are added tokens, found in the text as it is.
    model.scores = (0..<description.vocabulary.idLimit).map { -Float($0) }
    model.userDefined = []
    description.algorithm = .scoredBPE(model)
    setSteps(of: &description, rule)
    let begins = classFiles.flag("add_bos_token")
    if begins == nil, !rule.beginsByDefault {
      description.notes.append(
        "\(choice.source): no file says add_bos_token, so no beginning is put before a text, as in transformers 5"
      )
    }
    setSurroundings(
      of: &description, bos: begins ?? rule.beginsByDefault ? ids["bos_token"] : nil,
      eos: classFiles.flag("add_eos_token") == true ? ids["eos_token"] : nil)
  }

  private func setSteps(of description: inout TokenizerDescription, _ rule: ModelFileRule) {
    let mark = "\u{2581}"
    if rule.kind == .gemma {
      description.normalizers = [.replace(.literal(" "), with: mark)]
    } else {
      description.normalizers = []
      description.preTokenizers = [
        .metaspace(replacement: mark, prepend: rule.scheme(classFiles), split: false)
      ]
    }
    let drops = rule.dropsFirstSpace(classFiles)
    description.decoders = [.replace(.literal(mark), with: " "), .byteFallback, .fuse]
    if drops { description.decoders.append(.strip(content: " ", start: 1, stop: 0)) }
    description.sentencePiece.dropsFirstSpaces = drops
    description.sentencePiece.dropsAllSpaces = false
  }

  /// States what is put around a text, also that nothing is.
  private func setSurroundings(of description: inout TokenizerDescription, bos: Int32?, eos: Int32?) {
    func around(_ name: String) -> [TemplateItem] {
      let before: [TemplateItem] = bos.map { [.special([$0])] } ?? []
      let behind: [TemplateItem] = eos.map { [.special([$0])] } ?? []
      return before + [.sequence(name)] + behind
    }
    description.postProcessors = [.template(single: around("A"), pair: around("A") + around("B"))]
  }

  private func refusal(_ choice: ClassChoice, _ reason: String) -> FileError {
    let isStated = classFiles.tokenizerClass != nil && !choice.source.hasPrefix("model_type")
    return FileError(
      path: path(of: isStated ? "/tokenizer_config.json" : "/config.json"),
      underlying: SideFileError.classRefused(source: choice.source, reason: reason))
  }
}
