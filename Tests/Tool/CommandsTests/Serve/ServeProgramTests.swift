import Foundation
import TestSupport
import Testing

/// The program as a server: its first line, its answer, its end.
@Suite struct ServeProgramTests {
  @Test func itSaysItsPortAnswersAndEndsWithZero() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: ProgramRun.program)
    process.arguments = ["serve", "--demo", "--port", "0", "--json", "--threads", "1"]
    process.environment = ProgramRun.cleanEnvironment.merging([
      "CMC_SHARE": demoFolder.replacing("/demo", with: "")
    ]) { $1 }
    let (output, errors) = (Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (output, errors)
    try process.run()
    defer { process.terminate() }
    let line = output.fileHandleForReading.availableData
    let head = try #require(try JSONSerialization.jsonObject(with: line) as? [String: Any])
    #expect(head["models"] as? [String] == ["demo"])
    let port = try #require(head["port"] as? Int)
    #expect(head["url"] as? String == "http://127.0.0.1:\(port)")
    let models = try LoopbackClient(port: port).ask("GET", "/v1/models")
    #expect(models.status == 200 && models.text.contains(#""maps":["pm-mined","exact""#), "\(models.text)")
    process.terminate()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0 && process.terminationReason == .exit)
    #expect(errors.fileHandleForReading.readDataToEndOfFile().isEmpty)
  }

  @Test(arguments: [
    ["serve"], ["serve", "--demo", "--user", "m"], ["serve", "--demo", "--port", "70000"],
    ["serve", "--demo", "--parallel", "0"], ["serve", "--demo", "--timeout", "0"],
    ["serve", "--models", "a.yaml", "--delta", "d"],
  ])
  func wrongCallsAreRefused(arguments: [String]) throws {
    let folder = try TemporaryFolder()
    #expect(try ProgramRun(arguments, in: folder.path).status == 64)
  }

  @Test func filesThatAreWrongAreNamed() throws {
    let folder = try TemporaryFolder()
    try folder.write("key", " \n")
    try folder.write("m.yaml", "version: 1\nmodels:\n  - {name: a, user: no-such-model}\n")
    let key = try ProgramRun(["serve", "--demo", "--api-key-file", "key"], in: folder.path)
    #expect(key.status == 1 && key.errors.hasPrefix("cmc: key: the file has no key"), "\(key.errors)")
    let models = try ProgramRun(["serve", "--models", "m.yaml"], in: folder.path)
    #expect(models.status == 1 && models.errors.contains("no-such-model"), "\(models.errors)")
  }
}
