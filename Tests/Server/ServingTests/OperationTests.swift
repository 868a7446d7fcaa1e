import CMCServing
import Testing

@Suite struct OperationTests {
  @Test func keysAreHeldAgainstTheWholeHeader() throws {
    let key = try #require(AccessKey(Array("  s3cret\n".utf8)))
    #expect(key.admits("Bearer s3cret") && key.admits("bearer s3cret"))
    for wrong in [
      nil, "", "Bearer", "Bearer ", "s3cret", "Bearer s3cre", "Bearer s3crets", "Bearer S3cret",
      "Bearer  s3cret",
      "Basic s3cret", "Bearer s3crets3cret", "Bearer s3cret ",
    ] {
      #expect(!key.admits(wrong), "\(wrong ?? "nothing")")
    }
    #expect(AccessKey([]) == nil && AccessKey(Array(" \n".utf8)) == nil)
  }

  @Test func metricsCount() throws {
    let metrics = Metrics()
    metrics.answered("/v1/completions", status: 200)
    metrics.answered("/v1/completions", status: 200)
    metrics.answered("/health", status: 400)
    metrics.wrote(Usage(promptTokens: 5, completionTokens: 7), isCancelled: false)
    metrics.wrote(Usage(promptTokens: 1, completionTokens: 1), isCancelled: true)
    metrics.firstToken(after: 0.03)
    metrics.firstToken(after: 100)
    metrics.nextToken(after: 0.002)
    metrics.set(running: 3, waiting: 2)
    let lines = metrics.text.split(separator: "\n").map(String.init)
    for line in [
      #"cmc_requests_total{path="/v1/completions",status="200"} 2"#,
      #"cmc_requests_total{path="/health",status="400"} 1"#, "cmc_prompt_tokens_total 6",
      "cmc_generated_tokens_total 8", "cmc_cancelled_total 1", "cmc_running 3", "cmc_waiting 2",
      #"cmc_first_token_seconds_bucket{le="0.025"} 0"#, #"cmc_first_token_seconds_bucket{le="0.05"} 1"#,
      #"cmc_first_token_seconds_bucket{le="10.0"} 1"#, #"cmc_first_token_seconds_bucket{le="+Inf"} 2"#,
      "cmc_first_token_seconds_count 2", "cmc_first_token_seconds_sum 100.03", "cmc_token_seconds_count 1",
    ] {
      #expect(lines.contains(line), "\(line)")
    }
    let memory = lines.first { $0.hasPrefix("cmc_memory_in_use_bytes ") }?.split(separator: " ").last.flatMap
    { Int($0) }
    #expect(try #require(memory) > 100_000)
    // Every sample has a help and a type before it, and a metric's samples stand together.
    #expect(lines.filter { $0.hasPrefix("# TYPE") }.count == lines.filter { $0.hasPrefix("# HELP") }.count)
    #expect(metrics.text.hasSuffix("\n"))
  }
}
