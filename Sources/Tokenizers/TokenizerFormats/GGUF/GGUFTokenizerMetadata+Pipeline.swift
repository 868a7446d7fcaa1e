internal import CMCVocabulary

extension GGUFTokenizerMetadata {
  /// Sets what happens before and after the algorithm, as llama.cpp does it.
  func setPipeline(of description: inout TokenizerDescription, _ model: GGUFTokenizerModel, roles: GGUFRoles)
  {
    switch model {
    case .llama: setSentencePiece(of: &description)
    case .t5:
      setSentencePiece(of: &description)
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
      description.normalizers = [
        .bert(cleanText: true, handleChineseCharacters: true, stripAccents: nil, lowercase: lowercase)
      ]
      description.preTokenizers = [.bert]
      description.decoders = [.wordPiece(prefix: "##", cleanup: true)]
    }
    setPostProcessors(of: &description, model, roles: roles)
  }

  private func setSentencePiece(of description: inout TokenizerDescription) {
    let addsPrefix = flag("add_space_prefix", default: true)
    let removesExtra = flag("remove_extra_whitespaces", default: false)
    description.normalizers = [
      .sentencePieceSpaces(addDummyPrefix: addsPrefix, removeExtra: removesExtra, escape: true)
    ]
    description.decoders = [.replace(.literal("\u{2581}"), with: " "), .byteFallback, .fuse]
    if addsPrefix || removesExtra { description.decoders.append(.strip(content: " ", start: 1, stop: 0)) }
  }

  /// Special tokens around a text: what the file says, else what llama.cpp does for the model.
  private func setPostProcessors(
    of description: inout TokenizerDescription, _ model: GGUFTokenizerModel, roles: GGUFRoles
  ) {
    if model == .bert {
      if let cls = roles.id(of: .cls) ?? roles.id(of: .bos),
        let sep = roles.id(of: .sep) ?? roles.id(of: .eos)
      {
        description.postProcessors = [.bert(cls: cls, sep: sep)]
      }
      return
    }
    let isLlama3 = pre == "llama-bpe" || pre == "llama3" || pre == "llama-v3"
    let addsBOS = flag("add_bos_token", default: model == .llama || model == .gemma4 || isLlama3)
    let addsEOS = flag("add_eos_token", default: model == .t5)
    let bos = addsBOS ? roles.id(of: .bos).map { TemplateItem.special([$0]) } : nil
    let eos = addsEOS ? roles.id(of: .eos).map { TemplateItem.special([$0]) } : nil
    guard bos != nil || eos != nil else { return }
    let single = [bos, .sequence("A"), eos].compactMap { $0 }
    description.postProcessors = [
      .template(single: single, pair: single + [bos, .sequence("B"), eos].compactMap { $0 })
    ]
  }
}
