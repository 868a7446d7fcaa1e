internal import CMCFastJSON
internal import CMCPrompts

/// Members of records and of their messages that would change what a model is given, or learns, and are not heeded here.
///
/// They are refused by name where they say something: passed over, they would seem to have been followed.
enum UnheededMembers {
  /// What others give to a template beside the messages, or to a model beside the text.
  private static let besideTexts = [
    "tools", "functions", "documents", "chat_template_kwargs", "images", "image", "audios", "audio", "videos",
    "video",
  ]
  /// By what others say which answers are learnt, and how much they count.
  private static let ofLearning = ["weight", "loss", "train"]

  /// Refuses what a record says beside its texts.
  ///
  /// - Throws: `RecordError.malformed(line:reason:)`.
  static func check(record: JSONValue, number: Int) throws {
    for key in besideTexts where !(record[key]?.saysNothing ?? true) {
      throw RecordError.malformed(
        line: number, reason: "\(key) are not given to a model or its template here")
    }
  }

  /// Refuses what a message says beside its role and its text.
  ///
  /// - Throws: `RecordError.malformed(line:reason:)`.
  static func check(message: JSONValue, number: Int) throws {
    for key in Conversation.Message.membersNotCarried + ["images", "image"]
    where !(message[key]?.saysNothing ?? true) {
      throw RecordError.malformed(line: number, reason: "\(key) of a message is not given to a template")
    }
    for key in ["prefix", "partial"] where message[key]?.bool == true {
      throw RecordError.malformed(
        line: number, reason: "\(key) of a message: an answer that is begun is not gone on with here")
    }
  }

  /// Refuses, in a record that is learnt from, an answer that is not to be learnt, or not as much as others.
  ///
  /// - Throws: `RecordError.malformed(line:reason:)`.
  static func checkLearning(_ record: JSONValue, number: Int) throws {
    let messages = (record["messages"] ?? record["conversations"])?.elements ?? []
    for (index, part) in ([record] + messages).enumerated() {
      for key in ofLearning {
        guard let value = part[key], !value.isNull, value.bool != true, value.double != 1 else { continue }
        throw RecordError.malformed(
          line: number,
          reason: index == 0
            ? "its \(key) is not 1 or true, and every record is learnt"
            : "a message has a \(key) other than 1 or true, and every answer is learnt")
      }
    }
  }
}
