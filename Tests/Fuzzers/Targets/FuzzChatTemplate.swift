import CMCChatTemplates
import FuzzSupport

/// Reads bytes as a template of a conversation, and fills it in.
@Sendable func fuzzChatTemplate(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  fuzzParser(start, count) { bytes in
    let template = try ChatTemplate(String(decoding: bytes, as: UTF8.self))
    let messages = [
      ChatTemplate.Message(role: "system", content: "Be brief."),
      ChatTemplate.Message(role: "user", content: " a, b\n"),
    ]
    let text = try template.text(messages, tokens: ["bos_token": "<s>"])
    require(text.utf8.count <= 1 << 25, "a text of \(text.utf8.count) bytes")
  }
}
