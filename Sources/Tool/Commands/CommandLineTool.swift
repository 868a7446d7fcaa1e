internal import ArgumentParser
internal import CMCPrimitives
internal import CMCServing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The command line of `cmc`: runs the command and turns its outcome into streams and an exit code.
package enum CommandLineTool {
  /// Parses the process's arguments, runs the command and exits.
  ///
  /// Exit codes: 0 done; 1 failed; 2 done, but a requested check did not hold; 64 usage. An error is one line on
  /// standard error that names the file, the place and the reason. A reader that closes the pipe ends the program
  /// quietly.
  package static func main() -> Never {
    signal(SIGPIPE, SIG_IGN)
    // A file that would be larger than a limit allows is an error of that file, as a full disk is.
    signal(SIGXFSZ, SIG_IGN)
    UnfinishedFiles.deleteOnSignals()
    // Each thread would take 64 MiB of a limited address space for what it asks for, as long as there are so many.
    if addressSpaceLeft() != nil { keepFreedMemoryTogether() }
    do {
      // The first is the program's name; on Linux the runtime finds them all through /proc.
      if CommandLine.arguments.isEmpty { throw ArgumentsError.unknown }
      let arguments = separated(systemArguments())
      // Asked for by scripts, again and again: no command is looked at for it.
      if arguments == ["--version"] {
        try StandardOutput.write(ToolVersion.current + "\n")
        try StandardOutput.flush()
        exit(0)
      }
      if arguments.first == "help", let wrong = WrongName.find(in: arguments) { throw wrong }
      var command = try parse(arguments)
      try requirePage(arguments)
      // Of this process alone: a library's client, or a test that parses commands, has other rules.
      FileRoles.shared.enforce(replacing: arguments.prefix { $0 != "--" }.contains("--force"))
      try RunningUsageError.placing(&command)
      try StandardOutput.flush()
      exit(0)
    } catch StandardOutput.Failure.closed {
      exit(0)
    } catch let wrong as WrongName {
      wrong.end()
    } catch let error as RunningUsageError {
      try? StandardOutput.flush()
      StandardError.write(terminalText(error.message, keepsLines: true) + "\n")
      exit(CMC.exitCode(for: ValidationError("")).rawValue)
    } catch let error as any DescribedError {
      try? StandardOutput.flush()
      StandardError.write("cmc: \(oneLine(error))\n")
      exit(1)
    } catch {
      try? StandardOutput.flush()
      let code = CMC.exitCode(for: error)
      if code.isSuccess { answer(CMC.fullMessage(for: error)) }
      if let wrong = WrongName.find(in: systemArguments()) { wrong.end() }
      StandardError.write(terminalText(CMC.fullMessage(for: error), keepsLines: true) + "\n")
      exit(code.rawValue)
    }
  }

  /// Writes what was asked for in place of a command, such as help or a script of completions, and ends.
  private static func answer(_ text: String) -> Never {
    do {
      if !text.isEmpty { try StandardOutput.write(text + "\n") }
      try StandardOutput.flush()
      exit(0)
    } catch StandardOutput.Failure.closed {
      exit(0)
    } catch {
      let reason =
        (error as? any DescribedError).map { oneLine($0) }
        ?? CMCPrimitives.oneLine("\(error)", limit: 300)
      StandardError.write("cmc: \(reason)\n")
      exit(1)
    }
  }

  /// What stands behind the program's name, bytes that are no UTF-8 included: names of files can have them.
  private static func systemArguments() -> [String] {
    CommandLine.unsafeArgv.withMemoryRebound(to: UnsafeMutablePointer<CChar>?.self, capacity: 1) { start in
      (1..<max(1, Int(CommandLine.argc))).compactMap { start[$0].map { pathText($0) } }
    }
  }

  /// The command that the arguments ask for.
  ///
  /// A number below zero is a value, not an option: ArgumentParser takes `--limit -1` for an option without a value.
  static func parse(_ arguments: [String]) throws -> any ParsableCommand {
    do {
      return try CMC.parseAsRoot(arguments)
    } catch {
      let reason = CMC.message(for: error)
      var others = arguments
      if reason.contains("Missing value") {
        others = joinedNumbers(arguments)
      } else if reason.contains("Unknown option '-") {
        others = partedNumbers(arguments)
      }
      guard others != arguments else { throw error }
      return try CMC.parseAsRoot(others)
    }
  }

  /// Writes `tokenize VOCAB --decode -1` as `tokenize VOCAB --decode -- -1`, where only such numbers stand at the end.
  private static func partedNumbers(_ arguments: [String]) -> [String] {
    let count = arguments.reversed().prefix(while: isNegative).count
    guard count > 0, !arguments.contains("--") else { return arguments }
    return arguments.dropLast(count) + ["--"] + arguments.suffix(count)
  }

  private static func isNegative(_ argument: String) -> Bool {
    argument.hasPrefix("-")
      && argument.dropFirst().first.map { $0.isASCII && $0.isNumber || $0 == "." } == true
  }

  /// Writes `--limit -1` as `--limit=-1`.
  private static func joinedNumbers(_ arguments: [String]) -> [String] {
    let end = arguments.firstIndex(of: "--") ?? arguments.count
    var result: [String] = []
    for argument in arguments[..<end] {
      if let last = result.last, last.hasPrefix("--"), !last.contains("="), isNegative(argument) {
        result[result.count - 1] += "=" + argument
      } else {
        result.append(argument)
      }
    }
    return result + arguments[end...]
  }

  /// Writes `--report=FILE` as two arguments.
  ///
  /// For an option whose value may be left out, ArgumentParser 1.8 loses a value behind `=` where another option follows.
  static func separated(_ arguments: [String]) -> [String] {
    let end = arguments.firstIndex(of: "--") ?? arguments.count
    return arguments[..<end].flatMap { argument in
      // What is no name of a page stays, and is refused with the option's name by ``requirePage(_:)``.
      guard argument.hasPrefix("--report="), ReportPath(argument: String(argument.dropFirst(9))) != nil else {
        return [argument]
      }
      return ["--report", String(argument.dropFirst(9))]
    } + arguments[end...]
  }

  /// Makes sure that what stands behind `--report=` is a name of a page; ArgumentParser would leave another one unheeded.
  ///
  /// - Parameter arguments: What ``separated(_:)`` left of them.
  /// - Throws: `ValidationError` that names the option.
  static func requirePage(_ arguments: [String]) throws {
    guard let other = arguments.prefix(while: { $0 != "--" }).first(where: { $0.hasPrefix("--report=") })
    else { return }
    let name = terminalText(String(other.dropFirst(9)))
    throw ValidationError("--report is a page, a file that ends in .html or .htm, not '\(name)'.")
  }

  private static func oneLine(_ error: any DescribedError) -> String {
    let text = error.hint.map { "\(error); \($0)" } ?? "\(error)"
    return terminalText(text.split(whereSeparator: \.isNewline).joined(separator: " "))
  }
}

/// The system does not tell the program what it was asked to do.
private enum ArgumentsError: DescribedError {
  case unknown

  var description: String { "the arguments cannot be read" }
  var hint: String? { "they are found through /proc: mount it" }
}

/// The root command.
struct CMC: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cmc",
    abstract: "Align the vocabularies of language models, and steer one model by another through the map.",
    discussion: """
      SOURCE is the tokenizer of the user model (the one being steered), TARGET that of the delta model. Each is a \
      tokenizer file of any common format, a model directory, or a Hugging Face id in the local hub cache.

      EXAMPLES
        cmc demo   the whole method on small models that come with the tool
        cmc align mistral/tokenizer.model llama-2/
            align, print the table, write the map under Reports/
        cmc explain mistral/tokenizer.model llama-2/ '▁Hello'
        cmc inspect Reports/mistral--llama-2.json --unmatched
        cmc coverage Reports/mistral--llama-2.json --source mistral/ \\
          --target llama-2/ --corpus book.txt
        cmc map check Reports/mistral--llama-2.json --require-coverage 0.95
        cmc tokenize mistral/tokenizer.model 'Hello world'
        cmc generate --user smollm2.gguf --delta gemma-3.gguf \\
          --prompt 'The capital of France is'
        cmc serve --user smollm2.gguf --delta gemma-3.gguf
        cmc verify --user smollm2.gguf --delta gemma-3.gguf
        cmc capture --base llama/ --tuned llama-alpaca/ --prompts alpaca_eval.json \\
          -o runs/llama
        cmc similarity runs/llama runs/mistral --map map.json
        cmc atlas a/ b/ c/   every ordered pair of many vocabularies on one page
        cmc merge out.json 0.shard 1.shard
            join what several machines did with --shard k/n
        cmc report Reports   draw the pages of saved results again
        cmc train delta --template llama-2/ --shape 15M --data task.jsonl -o delta/
      """,
    version: ToolVersion.current,
    subcommands: [
      AlignCommand.self, InspectCommand.self, ExplainCommand.self, MapCommand.self, TokenizeCommand.self,
      CoverageCommand.self, LogitsCommand.self, GenerateCommand.self, ServeCommand.self, SweepCommand.self,
      VerifyCommand.self, CaptureCommand.self, SimilarityCommand.self, SinkhornCommand.self,
      AtlasCommand.self, MergeCommand.self,
      TrainCommand.self, EvaluateCommand.self, ReportCommand.self, FormatsCommand.self, DemoCommand.self,
    ])
}
