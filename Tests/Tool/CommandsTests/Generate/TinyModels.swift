import CMCPrimitives
import CMCTokenizerFormats
import CMCVocabulary
import Foundation
import TestSupport

/// Two small models with random weights on the demonstration vocabularies, as checkpoints of llama2.c.
///
/// Slow enough that a run of thousands of tokens can be interrupted.
struct TinyModels {
  let folder: TemporaryFolder
  /// The user model's weights, on harbor.
  let user: String
  /// The delta model's weights, on meadow.
  let delta: String

  init() throws {
    folder = try TemporaryFolder()
    user = try folder.write("user.bin", bytes: try Self.checkpoint("harbor", seed: 1))
    delta = try folder.write("delta.bin", bytes: try Self.checkpoint("meadow", seed: 2))
  }

  /// The options that name both models.
  var arguments: [String] { userArguments + ["--delta", delta, "--delta-tokenizer", demoFolder + "/meadow"] }
  /// The options that name the user model alone.
  var userArguments: [String] {
    ["--user", user, "--user-tokenizer", demoFolder + "/harbor", "--threads", "1"]
  }

  /// Runs the program in the models' folder.
  func run(_ arguments: [String]) throws -> ProgramRun { try ProgramRun(arguments, in: folder.path) }

  /// A checkpoint: seven sizes, then all weights.
  ///
  /// - Parameters:
  ///   - vocabulary: A demonstration vocabulary.
  ///   - rows: How many logits there are; as many as the vocabulary has tokens where left out.
  ///   - context: How many positions there are.
  static func checkpoint(
    _ vocabulary: String, seed: UInt64, rows: Int? = nil, context: Int = 4096
  ) throws -> [UInt8] {
    let rows = try rows ?? TokenizerLoader.load(demoFolder + "/" + vocabulary).vocabulary.idLimit
    let (hidden, inner, layers, heads) = (128, 256, 4, 4)
    let sizes = [hidden, inner, layers, heads, heads, rows, context].map(Int32.init)
    var random = SeededGenerator(seed: seed)
    func weights(_ count: Int) -> [Float] {
      (0..<count).map { _ in Float.random(in: -0.5...0.5, using: &random) }
    }
    func ones(_ count: Int) -> [Float] { Array(repeating: 1, count: count) }
    var values = weights(rows * hidden) + ones(layers * hidden)
    for _ in 0..<4 { values += weights(layers * hidden * hidden) }
    values += ones(layers * hidden)
    for _ in 0..<3 { values += weights(layers * hidden * inner) }
    values += ones(hidden) + Array(repeating: 0, count: context * hidden / heads)
    return sizes.withUnsafeBytes { Array($0) } + values.withUnsafeBytes { Array($0) }
  }
}

/// A program that runs beside the test, which can send it signals.
final class RunningProgram {
  private let process = Process()
  private let outputPath: String

  init(_ arguments: [String], in folder: String) throws {
    outputPath = folder + "/.running"
    _ = FileManager.default.createFile(atPath: outputPath, contents: nil)
    process.executableURL = URL(fileURLWithPath: ProgramRun.program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardOutput = FileHandle(forWritingAtPath: outputPath)
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
  }

  /// What it has written so far.
  var output: [UInt8] { Array(FileManager.default.contents(atPath: outputPath) ?? Data()) }
  var isRunning: Bool { process.isRunning }

  /// Waits until something holds, or the program has ended.
  func wait(until condition: () -> Bool) {
    while process.isRunning, !condition() { usleep(1000) }
  }

  /// Waits for the end.
  func finish() -> Int32 {
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Sends a signal and waits for the end.
  func end(by signal: Int32) -> Int32 {
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    return process.terminationStatus
  }
}
