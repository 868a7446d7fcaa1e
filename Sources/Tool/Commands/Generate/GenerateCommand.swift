internal import ArgumentParser
internal import CMCControlledDecoding
internal import CMCFastJSON
internal import CMCPrimitives
internal import CMCPrompts
internal import CMCRecords
internal import CMCReporting
internal import CMCServing
internal import CrossModelControl

/// `cmc generate`: text of a user model that delta models steer through token maps.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Generate text with a model that a small one steers through a token map.",
    discussion: """
      At every step the scores are the user model's logits plus α times the delta model's, carried over by the map. \
      Without --delta it is the user model alone. Each model is a GGUF file, a folder with safetensors and config.json, \
      a Hugging Face id in the local cache, or a llama2.c checkpoint with --user-tokenizer. A server may run the user \
      model: --user http://HOST:PORT of llama.cpp's server or of vLLM (--max-logprobs 1000 or more), with the files of \
      its tokenizer. It is asked for its most likely tokens, and for more until the choice is certain: the result says \
      its "exactness".

      EXAMPLES
        cmc generate --user smollm2.gguf --prompt 'The capital of France is' \\
          --max-tokens 32
        cmc generate --user smollm2.gguf --delta gemma-3.gguf --alpha 0.5 \\
          --prompt 'Once upon a time'
        cmc generate --user a.gguf --delta b.gguf:0.7 --delta c.gguf:0.3 \\
          --prompt … --trace trace.json
        cmc generate --user a.gguf --delta b.gguf --prompt … --report trace.html
        cmc generate --user big/ --expert tuned/ --anti-expert small/ \\
          --template chatml --prompt …
        cmc generate --user http://127.0.0.1:8080 --user-tokenizer a.gguf \\
          --delta b.gguf --prompt …
        cmc generate --user a.gguf --delta b.gguf --prompts eval.json -o outputs.json
        cmc generate --user a.gguf --delta b.gguf --prompts eval.json --shard 0/7 \\
          -o 0.shard

      --prompts takes a JSON array or JSON lines with "prompt", AlpacaEval's "instruction" and "input", "messages", or \
      ShareGPT's "conversations"; an answer at the end of those is what is asked for, and left out. What is done is kept after an interruption, and the same command goes on from there; when all is done it says so. Each answer names its run, "run", by which that is seen.
      """)

  @OptionGroup var control: ControlOptions

  @Option(
    parsing: .unconditional, help: ArgumentHelp("The prompt.", valueName: "text"),
    transform: { plainText($0) })
  var prompt: String?

  @Option(help: ArgumentHelp("Many prompts: a JSON or JSON lines file; needs --output.", valueName: "file"))
  var prompts: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Where the outputs of --prompts go: .json for AlpacaEval's form, .jsonl for lines.", valueName: "file"))
  var output: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The factor α of delta models without one of their own (default: 1).", valueName: "α"))
  var alpha: Float?

  @Flag(help: "Write what each model reads of the prompts, text and tokens, and compute nothing.")
  var showPrompt = false

  @OptionGroup var sampling: SamplingArguments
  @OptionGroup var parallel: ParallelOptions

  @Option(help: ArgumentHelp("Write each step's best tokens and what decided, as JSON.", valueName: "file"))
  var trace: String?

  @Option(
    defaultAsFlag: ReportPath.standard,
    help: ArgumentHelp(
      "Write the trace as an HTML page as well. Default: Reports/USER--generation.html.",
      valueName: "file.html"))
  var report: ReportPath?

  @Option(help: ArgumentHelp("How many of the best tokens the trace has (default: 10).", valueName: "k"))
  var traceTop: Int?

  @Flag(help: "Exit with 2 where a prompt of --prompts could not be done, such as one that is too long.")
  var strict = false

  @OptionGroup var sharding: ShardOptions
  @OptionGroup var remote: RemoteArguments
  @OptionGroup var replacing: ReplacingOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard (prompt == nil) != (prompts == nil) else { throw ValidationError("Give --prompt or --prompts.") }
    guard (prompts == nil) == (output == nil) || showPrompt else {
      throw ValidationError("--prompts and --output come together.")
    }
    if prompts != nil, trace != nil || report != nil {
      throw ValidationError("--trace and --report are for one --prompt.")
    }
    if sharding.shard != nil, prompts == nil || showPrompt {
      throw ValidationError("--shard is for --prompts with --output.")
    }
    if control.isPlain {
      try refuseIdle(
        "needs a --delta, or --expert and --anti-expert",
        [
          "alpha": alpha != nil, "mode": control.mode != nil, "unmatched": control.unmatched != nil,
          "delta-template": control.deltaTemplate != nil,
        ])
    }
    if control.expert == nil, control.delta.haveOwnFactors {
      try refuseIdle("is for delta models without a factor of their own", ["alpha": alpha != nil])
    }
    if prompts == nil {
      try refuseIdle("is for --prompts", ["parallel": parallel.parallel != nil, "strict": strict])
    }
    if showPrompt {
      try refuseIdle(
        "is for a run: --show-prompt computes nothing, and writes to standard output",
        ["output": output != nil, "trace": trace != nil, "report": report != nil, "strict": strict])
    }
    if trace == nil, report == nil {
      try refuseIdle("is for --trace and --report", ["trace-top": traceTop != nil])
    }
    try remote.check(user: control.user)
    guard alpha?.isFinite != false else { throw ValidationError("--alpha must be a number.") }
    guard (1...1000).contains(traceTop ?? 1) else {
      throw ValidationError("--trace-top must be from 1 to 1000.")
    }
  }

  func run() throws {
    try requireDifferentNames([output, trace, report?.path])
    try prepareOutputs(output, form: .marked(kind: sharding.shard == nil ? "answers" : "cmc.shard"))
    try prepareOutputs(trace, form: .marked(kind: TraceReader.schema))
    try prepareOutputs(report?.path, form: .marked(kind: "page"))
    let observer = common.observer
    let steering = control.steering(alpha: alpha ?? 1, remote: try remote.options())
    if showPrompt {
      let asked =
        try prompts.map { try PromptFile.load($0).map(\.conversation) } ?? [Conversation(prompt ?? "")]
      return try PromptRendering.write(
        try ShownPrompt.all(of: asked, steering, observer: observer), common)
    }
    let model = try SteeredModel(steering, observer: observer)
    if let prompts, let output { return try runBatch(model, prompts: prompts, output: output, observer) }
    let page = report.map {
      DefaultPage($0.path, name: model.user.name, kind: "generation", of: [model.user.argument])
    }
    let prompt = prompt ?? ""
    let isTraced = trace != nil || report != nil
    let options = sampling.options(traceTop: isTraced ? traceTop ?? 10 : 0)
    let run = isTraced ? try model.run(of: Conversation(prompt), options) : nil
    if let run {
      try prepareOutputs(trace, form: .beginning(TraceEncoding.beginning(run: run)))
      if let page { try prepareOutputs(page.path, form: page.form(run: run)) }
    }
    Interrupt.catchOnce()
    var hasWritten = false
    let result: GenerationResult
    do {
      result = try model.generate(prompt, options) { _, text in
        if !common.json {
          try StandardOutput.write(text)
          try StandardOutput.flush()
          hasWritten = true
        }
        return !Interrupt.hasCome
      }
    } catch {
      // What was written stays, and its line is finished.
      if hasWritten { try StandardOutput.write("\n") }
      throw error
    }
    if !common.json {
      // A note on the same terminal begins a line of its own.
      try StandardOutput.write("\n")
      try StandardOutput.flush()
    }
    if result.stop.failure == nil, let warning = result.stop.warning { common.note(warning) }
    var traced = try model.trace(result, of: prompt)
    traced.run = run
    let rendering = GenerationRendering(result: result, trace: traced, traffic: model.user.traffic)
    if common.json {
      try StandardOutput.write(rendering.json())
    } else {
      common.note(rendering.summary())
    }
    if let trace { try writeResult(rendering.traceJSON(), to: trace) }
    if let page {
      try writeResult(TraceReport(rendering.trace).html(source: page.source), to: page.path)
      common.note("the page is \(page.path)")
    }
    try StandardOutput.flush()
    if Interrupt.hasCome { throw ExitCode(Interrupt.exitCode) }
    // The text as far as it came has been written.
    if result.stop.failure != nil, let reason = result.stop.warning { throw EarlyEnd(description: reason) }
  }

  private func runBatch(
    _ model: SteeredModel, prompts: String, output: String, _ observer: RunObserver
  ) throws {
    let batch = try PromptBatch(
      prompts: prompts, output: output, model, sampling.options(), replaces: replacing.force,
      shard: sharding.shard)
    Interrupt.catchOnce()
    var failed = 0
    let done = try batch.run(parallel: parallel.count(model), observer: observer) { _, _ in
      failed += 1
    }
    observer.finishProgress()
    guard done == batch.count else {
      common.noteBrokenOff("\(done) of \(batch.count) are done", output: output)
      throw ExitCode(Interrupt.exitCode)
    }
    guard common.json else {
      let errors = failed > 0 ? ", \(failed) of them errors" : ""
      let part = sharding.shard.map { " of shard \($0)" } ?? ""
      try StandardOutput.write("\(terminalText(output)): \(done) outputs\(part)\(errors)\n")
      return try common.end(failed: failed, of: done, "prompts", isStrict: strict)
    }
    var json = JSONWriter(.readable)
    json.object {
      $0.member("version", 1)
      $0.member("file", output)
      $0.member("outputs", done)
      $0.member("errors", failed)
      if let shard = sharding.shard { $0.member("shard", "\(shard)") }
      if let traffic = model.user.traffic {
        $0.key("remote")
        $0.object { GenerationRendering.write(traffic, to: &$0) }
      }
    }
    json.endLine()
    try StandardOutput.write(json.bytes)
    try common.end(failed: failed, of: done, "prompts", isStrict: strict)
  }
}

/// A text that ends where the model that runs elsewhere could not go on.
private struct EarlyEnd: DescribedError {
  let description: String
  var hint: String? { nil }
}
