import ArgumentParser
import CMCFastJSON
import CMCPrimitives
import CMCTokenization
import CMCTokenizerFormats
import CMCVocabulary

/// `cmc-bench tokenizers`: many tokenizers in one process, a line of JSON each way.
///
/// What the property runs against the original libraries drive: they make thousands of small tokenizers.
struct TokenizersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenizers",
    abstract: "Encode and decode with each tokenizer named on a line of standard input.",
    discussion: """
      A line in is {"path": …, "texts": [text, …], "ids": [[id, …], …]}. A line out has, for each text, the ids without \
      ("plain") and with what the tokenizer puts around a text ("special"), and with special tokens as text \
      ("literal"); for each list of ids the text without ("decoded") and with special tokens ("shown"). A refusal \
      stands as a text in the place of the ids, or as "error" where the file itself is refused. "parts" names the \
      texts whose encoding or decoding in parts differs from that of the whole.
      """)

  func run() throws {
    while let line = readLine() {
      var json = JSONWriter(.compact)
      do {
        let request = try JSONDocument(Array(line.utf8)).root
        let path = try request.require("path").expect("a path") { $0.string }
        let description = try TokenizerLoader.load(path)
        let tokenizer = try Tokenizer(description)
        json.object { json in answer(request, tokenizer, to: &json) }
      } catch {
        json = JSONWriter(.compact)
        json.object { json in json.member("error", "\(error)") }
      }
      print(String(decoding: json.bytes, as: UTF8.self))
    }
  }

  private func answer(_ request: JSONValue, _ tokenizer: Tokenizer, to json: inout JSONWriter) {
    let texts = request["texts"]?.elements.compactMap(\.stringBytes) ?? []
    let lists = request["ids"]?.elements.map { $0.elements.compactMap { $0.int.map(Int32.init) } } ?? []
    var parts: [String] = []
    for (name, addsSpecial, parsesSpecial) in [
      ("plain", false, true), ("special", true, true), ("literal", false, false),
    ] {
      let options = EncodingOptions(addsSpecial: addsSpecial, parsesSpecial: parsesSpecial)
      json.key(name)
      json.array { json in
        for text in texts {
          do {
            let ids = try tokenizer.encode(text, options: options)
            if try Self.inParts(text, tokenizer, options) != ids {
              parts.append(String(decoding: text, as: UTF8.self))
            }
            json.array { json in for id in ids { json.value(Int(id)) } }
          } catch {
            json.value("\(error)")
          }
        }
      }
    }
    for (name, showsSpecial) in [("decoded", false), ("shown", true)] {
      json.key(name)
      json.array { json in
        for ids in lists {
          do {
            let bytes = try tokenizer.decode(ids, showsSpecial: showsSpecial)
            var decoder = tokenizer.makeStreamingDecoder(showsSpecial: showsSpecial)
            var streamed: [UInt8] = []
            for id in ids { streamed += try decoder.append(id) }
            streamed += try decoder.finish()
            if streamed != bytes { parts.append("\(ids)") }
            json.value(String(decoding: bytes, as: UTF8.self))
          } catch {
            json.array { json in json.value("\(error)") }
          }
        }
      }
    }
    json.key("parts")
    json.array { json in for part in parts { json.value(part) } }
  }

  /// The ids of a text that is given byte by byte.
  private static func inParts(
    _ text: [UInt8], _ tokenizer: Tokenizer, _ options: EncodingOptions
  ) throws -> [Int32] {
    var encoder = tokenizer.makeStreamingEncoder(options: options, window: 4)
    var ids: [Int32] = []
    for byte in text { ids += try encoder.append(CollectionOfOne(byte)).ids }
    return try ids + encoder.finish().ids
  }
}
