internal import CMCFastJSON
internal import CMCPrimitives
internal import CrossModelControl

/// What models read of prompts, for people and as JSON.
enum PromptRendering {
  /// Writes what each model reads of each prompt.
  static func write(_ prompts: [[ShownPrompt]], _ common: CommonOptions) throws {
    for shown in prompts {
      try StandardOutput.write(common.json ? json(shown) : Array(text(shown).utf8))
    }
    try StandardOutput.flush()
  }

  private static func text(_ prompts: [ShownPrompt]) -> String {
    prompts.map { prompt in
      let day = prompt.day.map { ", the day \($0)" } ?? ""
      return "\(prompt.model): \(prompt.ids.count) tokens\(day)\n\(prompt.text)\n"
        + prompt.ids.map { "\($0)" }.joined(separator: " ") + "\n"
    }.joined()
  }

  /// A line a prompt: an array of what each model reads.
  private static func json(_ prompts: [ShownPrompt]) -> [UInt8] {
    var json = JSONWriter(.compact)
    json.array { json in
      for prompt in prompts {
        json.object { json in
          json.member("model", prompt.model)
          json.member("text", prompt.text)
          json.member("ids", prompt.ids)
          if let day = prompt.day { json.member("day", day) }
        }
      }
    }
    json.endLine()
    return json.bytes
  }
}
