import Foundation
import TestSupport

/// Runs the built `cmc` as a user would, in a folder of its own.
struct ProgramRun {
  let status: Int32
  let output: String
  let errors: String

  /// The program that was built beside the tests.
  static let program = Bundle.main.bundleURL.path + "/cmc"

  /// Little, and what a sanitizer was told, which its children must heed too: `Tests/Scripts/check_sanitizers`.
  static var cleanEnvironment: [String: String] {
    let told = ProcessInfo.processInfo.environment.filter {
      ["ASAN_OPTIONS", "TSAN_OPTIONS"].contains($0.key)
    }
    return told.merging(["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"]) { $1 }
  }

  /// Runs to the end.
  ///
  /// - Parameters:
  ///   - arguments: What follows the program's name.
  ///   - folder: The working directory.
  ///   - program: Another copy of the program.
  ///   - environment: Added to a small clean environment.
  ///   - input: What stands on standard input; without it there is none.
  init(
    _ arguments: [String], in folder: String, program: String = Self.program,
    environment: [String: String] = [:], input: [UInt8]? = nil
  ) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = Self.cleanEnvironment.merging(environment) { $1 }
    let (output, errors) = (folder + "/.stdout", folder + "/.stderr")
    for path in [output, errors] { _ = FileManager.default.createFile(atPath: path, contents: nil) }
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardError = FileHandle(forWritingAtPath: errors)
    process.standardInput = FileHandle.nullDevice
    if let input {
      let path = folder + "/.stdin"
      _ = FileManager.default.createFile(atPath: path, contents: Data(input))
      process.standardInput = FileHandle(forReadingAtPath: path)
    }
    try process.run()
    process.waitUntilExit()
    status = process.terminationStatus
    self.output = String(decoding: FileManager.default.contents(atPath: output) ?? Data(), as: UTF8.self)
    self.errors = String(decoding: FileManager.default.contents(atPath: errors) ?? Data(), as: UTF8.self)
  }
}

/// The demonstration vocabularies of the checkout.
let demoFolder =
  #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(separator: "/")
  + "/Vocabs/demo"
