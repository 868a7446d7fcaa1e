internal import CMCVocabulary

extension GGUFTokenizerMetadata {
  /// Sets what happens before and after the algorithm, as llama.cpp does it.
  ///
  /// - Parameters:
  ///   - model: How it works.
  ///   - named: What the file calls it.
  /// - Returns: What the user should know.
  func setPipeline(
    of description: inout TokenizerDescription, _ model: GGUFTokenizerModel, named: GGUFTokenizerModel,
    ids: GGUFSpecialIDs
  ) -> [String] {
    switch model {
    case .llama: setSentencePiece(of: &description, addsPrefix: true, removesExtra: false)
    case .t5:
      let removesExtra = flag("remove_extra_whitespaces", default: false)
      setSentencePiece(of: &description, addsPrefix: false, removesExtra: removesExtra)
      if let map = byteArray("precompiled_charsmap"), !map.isEmpty {
        description.normalizers.insert(.precompiled(map), at: 0)
      }
    case .gpt2:
      description.preTokenizers = [.gguf(pre ?? "default")]
      description.decoders = [.byteLevel]
    case .gemma4:
      description.normalizers = [.replace(.literal(" "), with: "\u{2581}")]
      description.preTokenizers = [.gguf("gemma4")]
      description.decoders = [.replace(.literal("\u{2581}"), with: " "), .byteFallback, .fuse]
    case .bert:
      let lowercase = flag("normalizer.lowercase", default: true)
      let stripsAccents = flag("normalizer.strip_accents", default: lowercase)
      description.normalizers = [
        .bert(
          cleanText: true, handleChineseCharacters: true, stripAccents: stripsAccents, lowercase: lowercase)
      ]
      description.preTokenizers = [.bert]
      description.decoders = [.wordPiece(prefix: "##", cleanup: true)]
    }
    return setPostProcessors(of: &description, named, ids: ids)
  }

  /// - Parameter addsPrefix: Whether a space comes before a text where the file does not say.
  private func setSentencePiece(
    of description: inout TokenizerDescription, addsPrefix: Bool, removesExtra: Bool
  ) {
    let addsPrefix = flag("add_space_prefix", default: addsPrefix)
    description.normalizers = [
      .sentencePieceSpaces(addDummyPrefix: addsPrefix, removeExtra: removesExtra, escape: true)
    ]
    description.decoders = [.replace(.literal("\u{2581}"), with: " "), .byteFallback, .fuse]
    if addsPrefix || removesExtra { description.decoders.append(.strip(content: " ", start: 1, stop: 0)) }
  }

  /// Special tokens around a text: what the file says, else what llama.cpp does for the model.
  private func setPostProcessors(
    of description: inout TokenizerDescription, _ model: GGUFTokenizerModel, ids: GGUFSpecialIDs
  ) -> [String] {
    let isBERT = model == .bert
    var notes: [String] = []
    func token(_ purpose: GGUFSpecialIDs.Purpose, _ flag: String, if isAsked: Bool) -> Int32? {
      guard isAsked else { return nil }
      if let id = ids[purpose], description.vocabulary.kind(id) != .hole { return id }
      notes.append("\(flag) is true, stated or by default, and no key names the token: none is added")
      return nil
    }
    let bos = token(.bos, "add_bos_token", if: isBERT || addsBeginning(model))
    let eos = token(isBERT ? .separator : .eos, "add_eos_token", if: isBERT || addsEnd(model))
    if isBERT, let bos, let eos {
      description.postProcessors = [.bert(cls: bos, sep: eos)]
    } else if bos != nil || eos != nil {
      let (first, last) = (bos.map { TemplateItem.special([$0]) }, eos.map { TemplateItem.special([$0]) })
      let single = [first, .sequence("A"), last].compactMap { $0 }
      description.postProcessors = [
        .template(single: single, pair: single + [first, .sequence("B"), last].compactMap { $0 })
      ]
    }
    return notes
  }

  /// Whether the beginning is put before a text.
  private func addsBeginning(_ model: GGUFTokenizerModel) -> Bool {
    // Gemma 4 has one whatever the file says.
    if working(model) == .gemma4 { return true }
    let names: Set<String> = [
      "falcon-h1", "falcon3", "jina-v5-nano", "lfm2", "llama-bpe", "llama-v3", "llama3", "midm-2.0",
      "pixtral",
      "tekken",
    ]
    let isUsual = model == .llama || (model == .gpt2 && names.contains(pre ?? ""))
    return flag("add_bos_token", default: isUsual)
  }

  /// Whether the end is put behind a text.
  private func addsEnd(_ model: GGUFTokenizerModel) -> Bool { flag("add_eos_token", default: model == .t5) }
}
