import CMCFastJSON
import Testing

@testable import CMCRemoteModels

/// Requests and answers of both kinds of servers; the answers were recorded from llama.cpp's server and vLLM.
@Suite struct RemoteDialectTests {
  private func read(_ dialect: RemoteDialect, _ text: String, tokens: Int = 3) throws -> [Int: Double] {
    let answer = try dialect.read(JSONDocument(Array(text.utf8)).root, tokens: tokens)
    return Dictionary(answer.pairs.map { ($0.id, $0.value) }) { first, _ in first }
  }

  private static let llama =
    #"{"completion_probabilities": [{"id": 400, "token": "ld", "bytes": [108, 100], "logprob": -17.39447784423828, "top_logprobs": [{"id": 260, "token": " the", "bytes": [32, 116, 104, 101], "logprob": -2.1154990196228027}, {"id": 4649, "token": " France", "bytes": [32, 70, 114, 97, 110, 99, 101], "logprob": -2.5250887870788574}]}], "tokens_evaluated": 3, "truncated": false, "model": "m"}"#
  private static let vllm =
    #"{"id": "cmpl-1", "object": "text_completion", "created": 1, "model": "m", "choices": [{"index": 0, "text": " the", "logprobs": {"text_offset": [0], "token_logprobs": [-2.1], "tokens": ["token_id:260"], "top_logprobs": [{"token_id:260": -2.1, "token_id:4649": -2.5, "token_id:7": null}]}, "finish_reason": "length", "stop_reason": null}], "usage": {"prompt_tokens": 3, "total_tokens": 4, "completion_tokens": 1}}"#

  @Test func answersAreRead() throws {
    #expect(try read(.llamaCpp, Self.llama) == [260: -2.1154990196228027, 4649: -2.5250887870788574])
    #expect(try read(.openAI, Self.vllm) == [260: -2.1, 4649: -2.5])
  }

  @Test func requestsAskForWhatIsNeeded() throws {
    let llama = try JSONDocument(
      RemoteDialect.llamaCpp.request([5, 6], count: 1000, model: "m", slot: 1, plain: 9)
    ).root
    #expect(llama["prompt"]?.elements.map(\.int) == [5, 6] && llama["n_probs"]?.int == 1000)
    #expect(llama["n_predict"]?.int == 1 && llama["post_sampling_probs"]?.bool == false)
    #expect(llama["cache_prompt"]?.bool == true && llama["id_slot"]?.int == 1)
    #expect(llama["logit_bias"]?.elements.first?.elements.first?.int == 9)
    let vllm = try JSONDocument(
      RemoteDialect.openAI.request([5, 6], count: 1000, model: "m", slot: nil, plain: 9)
    ).root
    #expect(vllm["prompt"]?.elements.map(\.int) == [5, 6] && vllm["logprobs"]?.int == 1000)
    #expect(vllm["model"]?.string == "m" && vllm["max_tokens"]?.int == 1)
    #expect(vllm["return_tokens_as_token_ids"]?.bool == true)
  }

  @Test func whatDoesNotBelongToTheRequestIsRefused() {
    #expect(throws: DialectError.otherPrompt(sent: 4, read: 3)) { try read(.llamaCpp, Self.llama, tokens: 4) }
    #expect(throws: DialectError.otherPrompt(sent: 4, read: 3)) { try read(.openAI, Self.vllm, tokens: 4) }
    #expect(throws: DialectError.truncated) { try read(.llamaCpp, #"{"truncated": true}"#) }
    #expect(throws: DialectError.noToken) { try read(.llamaCpp, #"{"completion_probabilities": []}"#) }
    #expect(throws: DialectError.noID(" the")) {
      try read(.openAI, #"{"choices": [{"logprobs": {"top_logprobs": [{" the": -2.1}]}}]}"#)
    }
    for text in [
      "{}", "[]", #"{"choices": [{"logprobs": null}]}"#, #"{"completion_probabilities": [{}]}"#,
      #"{"completion_probabilities": [{"top_logprobs": [{"id": "x", "logprob": 1}]}]}"#,
      #"{"completion_probabilities": [{"top_logprobs": [{"id": 1}]}]}"#,
      #"{"choices": [{"logprobs": {"top_logprobs": [{"token_id:1": "x"}]}}]}"#,
    ] {
      #expect(throws: (any Error).self) { try read(.llamaCpp, text) }
      #expect(throws: (any Error).self) { try read(.openAI, text) }
    }
  }

  @Test func aRefusalSaysHowManyThereAre() {
    #expect(
      RemoteSource.most("Requested sample logprobs of 1000, which is greater than max allowed: 20") == 20)
    #expect(RemoteSource.most("something else") == nil)
  }
}
