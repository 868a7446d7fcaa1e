import CMCFastJSON

/// The parts that the two `tokenizer.json` files share; names are those of the HF library.
extension JSONWriter {
  /// A whole file, ending with a line feed.
  static func file(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
    var writer = JSONWriter(.readable)
    writer.object(body)
    return writer.bytes + [UInt8(ascii: "\n")]
  }

  mutating func header(added: [SpecialToken]) {
    member("version", "1.0")
    member("truncation", nil)
    member("padding", nil)
    key("added_tokens")
    array { list in
      for token in added {
        list.object {
          $0.member("id", token.id)
          $0.member("content", token.content)
          for flag in ["single_word", "lstrip", "rstrip", "normalized"] { $0.member(flag, false) }
          $0.member("special", true)
        }
      }
    }
  }

  /// A member that is a step of the pipeline: an object with a type and whatever `body` writes.
  mutating func step(_ name: String, _ type: String, _ body: (inout JSONWriter) -> Void = { _ in }) {
    key(name)
    step(type, body)
  }

  /// A step of the pipeline as an element of a list.
  mutating func step(_ type: String, _ body: (inout JSONWriter) -> Void = { _ in }) {
    object {
      $0.member("type", type)
      body(&$0)
    }
  }

  mutating func replacement(_ pattern: String, _ content: String) {
    step("Replace") {
      $0.key("pattern")
      $0.object { $0.member("String", pattern) }
      $0.member("content", content)
    }
  }

  mutating func vocabulary(_ pieces: [[UInt8]]) {
    key("vocab")
    object {
      for (id, piece) in pieces.enumerated() {
        $0.key(utf8: piece)
        $0.value(id)
      }
    }
  }

  /// The merges; as pairs in the newer form, else as two pieces with a space between.
  mutating func merges(_ merges: [PairTrainer.Merge], _ pieces: [[UInt8]], asPairs: Bool) {
    key("merges")
    array { list in
      for merge in merges {
        let (left, right) = (pieces[Int(merge.left)], pieces[Int(merge.right)])
        if asPairs {
          list.array {
            $0.value(utf8: left)
            $0.value(utf8: right)
          }
        } else {
          list.value(utf8: left + [UInt8(ascii: " ")] + right)
        }
      }
    }
  }
}
