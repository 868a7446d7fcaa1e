import CMCPrimitives
import Foundation
import TestSupport
import Testing

/// The demonstration's models and a file of prompts in a folder of its own, for runs in parts.
struct ShardFixture {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for (model, name) in [("base-one", "base"), ("a-one", "tuned")] {
      let path = demoFolder + "/models/" + model
      guard FileManager.default.fileExists(atPath: path) else { continue }
      try FileManager.default.copyItem(atPath: path, toPath: folder.path(name))
    }
    // Eleven: not a multiple of seven, so that shards differ in length.
    let items = (0..<11).map {
      #"{"instruction": "Boat number \#($0)", "output": "It sails \#($0 % 3) miles."}"#
    }
    try folder.write("prompts.jsonl", items.joined(separator: "\n"))
  }

  /// Runs the program in the folder.
  func run(_ arguments: [String]) throws -> ProgramRun { try ProgramRun(arguments, in: folder.path) }

  /// Runs the program, which must succeed.
  @discardableResult
  func succeed(_ arguments: [String]) throws -> ProgramRun {
    let run = try run(arguments)
    try #require(run.status == 0, "\(arguments): \(run.errors)")
    return run
  }

  /// Runs a command in seven parts.
  ///
  /// - Returns: The names of their outputs, the last first.
  func parts(_ command: [String], _ name: String = "part", of count: Int = 7) throws -> [String] {
    try (0..<count).map { shard in
      try succeed(command + ["--shard", "\(shard)/\(count)", "-o", "\(name)-\(shard)", "--quiet"])
      return "\(name)-\(shard)"
    }.reversed()
  }

  func read(_ name: String) throws -> [UInt8] { try readFile(folder.path(name)) }
  func exists(_ name: String) -> Bool { fileExists(folder.path(name)) }
  func lines(_ name: String) -> Int { (try? read(name))?.count { $0 == 0x0A } ?? 0 }

  /// What all files below a folder hold.
  func contents(_ name: String) throws -> [String: [UInt8]] {
    var found: [String: [UInt8]] = [:]
    for file in namesInFolder(folder.path(name)) { found[file] = try read("\(name)/\(file)") }
    return found
  }
}
