import CMCFastJSON
import CMCPrimitives
import CMCVocabulary

/// How the pieces of a `tokenizer.json` spell their bytes, told from its pipeline.
struct HFPieceSpelling {
  let spelling: PieceSpelling
  /// Whether `<0xNN>` stands for a byte.
  let hasByteTokens: Bool
  /// Stands for the end of a word at the end of a piece; empty in most.
  let endOfWordSuffix: [UInt8]
  private(set) var notes: [String] = []

  init(model: HFModel, pipeline: HFPipeline) {
    hasByteTokens = model.byteFallback || pipeline.decoders.contains(.byteFallback)
    endOfWordSuffix = model.kind == .bpe ? Array(model.text("end_of_word_suffix").utf8) : []
    if model.kind == .wordPiece {
      spelling = .wordPiece(continuation: model.value["continuing_subword_prefix"]?.string ?? "##")
    } else if pipeline.isByteLevel {
      spelling = .byteLevel
    } else if pipeline.replacesSpaces {
      spelling = .sentencePiece
    } else {
      spelling = .literal
      if model.kind == .wordLevel {
        notes.append("tokenizer.json: words are joined with spaces that belong to no token.")
      }
    }
    if let mark = pipeline.otherSpaceMark {
      notes.append(
        "tokenizer.json: Metaspace puts \(quoted(Array(mark.utf8))) for a space; it is taken literally.")
    }
  }
}

extension HFPipeline {
  /// Whether GPT-2's characters stand for bytes.
  var isByteLevel: Bool {
    normalizers.contains(.byteLevel) || decoders.contains(.byteLevel)
      || preTokenizers.contains {
        if case .byteLevel = $0 { true } else { false }
      }
  }

  /// The marks that Metaspace puts for spaces.
  private var metaspaceMarks: [String] {
    preTokenizers.compactMap {
      if case .metaspace(let mark, _, _) = $0 { mark } else { nil }
    }
      + decoders.compactMap {
        if case .metaspace(let mark, _) = $0 { mark } else { nil }
      }
  }

  /// A mark of Metaspace other than U+2581.
  var otherSpaceMark: String? { metaspaceMarks.first { !isBlock($0) } }

  /// Whether U+2581 stands for a space.
  var replacesSpaces: Bool {
    metaspaceMarks.contains(where: isBlock)
      || normalizers.contains {
        if case .replace(_, let content) = $0 { isBlock(content) } else { false }
      }
      || decoders.contains {
        if case .replace(.literal(let pattern), let content) = $0 {
          isBlock(pattern) && content == " "
        } else {
          false
        }
      }
  }

  private func isBlock(_ text: String) -> Bool { text.utf8.elementsEqual("\u{2581}".utf8) }
}
