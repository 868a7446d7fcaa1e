internal import CMCFastJSON
internal import CMCPrimitives
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
  /// What a record says that is read here, or by `cmc evaluate`.
  private static let read = [
    "text", "prompt", "response", "completion", "instruction", "input", "context", "output", "question",
    "answer",
    "messages", "conversations", "system", "history", "dataset", "paraphrased_answer", "perturbed_answer",
  ]
  /// By what others say, in the line of a prompt, how it is answered: one run has options for all.
  private static let ofGeneration = [
    "max_tokens", "max_new_tokens", "max_completion_tokens", "temperature", "top_p", "top_k", "min_p", "stop",
    "seed",
    "n", "best_of", "logit_bias", "repetition_penalty", "presence_penalty", "frequency_penalty", "ignore_eos",
    "logprobs",
    "echo", "suffix", "prefix", "response_format", "prompt_token_ids", "input_ids", "alpha", "mode",
    "template",
    "delta_prompt", "cmc_alpha", "cmc_mode", "cmc_map", "cmc_trace", "vllm_xargs",
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
    for (key, value) in record.members where !read.contains(key) && !value.saysNothing {
      // Names of one's own are free, but one that nearly is a name that is read was meant for it.
      let limit = key.utf8.count < 5 ? 0 : key.utf8.count < 10 ? 1 : 2
      guard let meant = nearestName(to: key, in: read, limit: limit), record[meant]?.saysNothing ?? true
      else {
        continue
      }
      throw RecordError.malformed(
        line: number, reason: "\(oneLine(key, limit: 40)) is not read; was \(meant) meant?")
    }
  }

  /// Refuses what the line of a prompt says of how it is answered.
  ///
  /// - Throws: `RecordError.malformed(line:reason:)`.
  static func check(prompt: JSONValue, number: Int) throws {
    try check(record: prompt, number: number)
    for key in ofGeneration where !(prompt[key]?.saysNothing ?? true) {
      throw RecordError.malformed(
        line: number,
        reason: "\(key) is not read from a file of prompts: options are the same for all of them")
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
