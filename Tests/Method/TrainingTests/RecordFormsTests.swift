import CMCPrompts
import CMCRecords
import Testing

/// What a record says beside its prompt and its answer is given to the template, or refused by name: never passed over.
@Suite struct RecordFormsTests {
  private func prompt(_ json: String) throws -> Conversation {
    try #require(try PromptFile.parse(Array(json.utf8)).first).conversation
  }

  private func learnt(_ json: String) throws -> Conversation? {
    guard case .conversation(let conversation)? = try TrainingRecord.parse(Array(json.utf8)).first?.content
    else {
      return nil
    }
    return conversation
  }

  @Test(arguments: [
    #"{"system": "S", "prompt": "Q", "response": "A"}"#,
    #"{"system": "S", "instruction": "Q", "output": "A", "history": []}"#,
    #"{"system": "S", "messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]}"#,
    #"{"system": "S", "conversations": [{"from": "human", "value": "Q"}, {"from": "gpt", "value": "A"}]}"#,
    #"{"system": "S", "messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]}"#,
  ])
  func aSystemTextIsASystemMessage(record: String) throws {
    #expect(try prompt(record).messages.map(\.content) == ["S", "Q"])
    #expect(try prompt(record).messages.first?.role == "system")
    #expect(try learnt(record)?.messages.map(\.role) == ["system", "user", "assistant"])
  }

  @Test(arguments: [
    #"{"instruction": "I", "prompt": "P", "output": "o"}"#,
    #"{"prompt": "P", "response": "a", "history": [["x", "y"]]}"#,
    #"{"prompt": "P", "response": "a", "system": 5}"#,
    #"{"prompt": "P", "messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]}"#,
    #"{"conversations": [{"from": "human", "value": "Q"}], "messages": [{"role": "user", "content": "Q"}]}"#,
    #"{"system": "S", "messages": [{"role": "system", "content": "T"}, {"role": "user", "content": "Q"}]}"#,
    #"{"messages": [{"role": "user", "content": "Q", "name": 5}]}"#,
    #"{"messages": [{"role": "tool", "content": "Q", "tool_call_id": "1"}]}"#,
  ])
  func whatCannotBeChosenIsRefused(record: String) {
    #expect(throws: RecordError.self) { try prompt(record) }
    #expect(throws: RecordError.self) { try learnt(record) }
  }

  @Test func twoAnswersThatDifferAreRefused() throws {
    #expect(throws: RecordError.self) { try learnt(#"{"prompt": "P", "response": "a", "completion": "b"}"#) }
    #expect(try learnt(#"{"prompt": "P", "response": "a", "completion": "a"}"#)?.messages.count == 2)
  }

  /// As Python reads it.
  @Test func ofAKeyThatStandsTwiceTheLastCounts() throws {
    #expect(try prompt(#"{"prompt": "one", "prompt": "two"}"#).text == "two")
  }

  /// Dolly's records call an instruction's input `context`.
  @Test func aContextIsAnInput() throws {
    let record = #"{"instruction": "I", "context": "C", "response": "A", "category": "closed_qa"}"#
    #expect(try prompt(record).messages == [.init(role: "user", content: "I", input: "C")])
    #expect(try learnt(record)?.messages.first?.input == "C")
  }

  /// Options are those of the run; in the line of one prompt they would seem to have been followed.
  @Test(arguments: ["max_tokens", "temperature", "stop", "seed", "alpha", "template", "suffix", "cmc_map"])
  func optionsOfOnePromptAreRefused(key: String) throws {
    let refusal = RecordError.malformed(
      line: 1, reason: "\(key) is not read from a file of prompts: options are the same for all of them")
    #expect(throws: refusal) { try prompt(#"{"prompt": "P", "\#(key)": 1}"#) }
    #expect(try prompt(#"{"prompt": "P", "\#(key)": null, "url": "u"}"#).messages.map(\.content) == ["P"])
  }
}
