/// The form of a stream: `data: …` and an empty line for each event.
package enum ServerSentEvents {
  /// The type of the stream.
  package static let contentType = "text/event-stream"

  /// The event that ends OpenAI's streams.
  package static let done = Array("data: [DONE]\n\n".utf8)

  /// An event; JSON in one line has no line feed that would end it.
  package static func event(_ json: [UInt8]) -> [UInt8] {
    var bytes = Array("data: ".utf8)
    // Belt and braces: were there a line feed, each line would be one of data, as the form says.
    for byte in json {
      if byte == 0x0A {
        bytes += Array("\ndata: ".utf8)
      } else if byte != 0x0D {
        bytes.append(byte)
      }
    }
    return bytes + [0x0A, 0x0A]
  }

  /// An error behind the beginning of a stream, where the status has gone out already.
  package static func event(_ error: APIError) -> [UInt8] { event(error.json) }
}
