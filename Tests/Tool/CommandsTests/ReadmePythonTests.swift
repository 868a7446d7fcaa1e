import CMCPrimitives
import Foundation
import TestSupport
import Testing

/// The Python of the README, run as it stands there.
@Suite struct ReadmePythonTests {
  /// Debian's Python, whose torch `.ci/packages --checks` installs.
  private static let python = "/usr/bin/python3"
  private static let hasTorch = (try? run("import torch", in: "/tmp")) == 0

  private static func run(_ program: String, in folder: String) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = ["-c", program]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = ["PATH": "/usr/bin:/bin"]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// The lines between a marker and the next end, without their indentation.
  private func block(_ name: String) throws -> [String] {
    let readme = demoFolder.replacingOccurrences(of: "/Vocabs/demo", with: "/README.md")
    let lines = String(decoding: try readFile(readme), as: UTF8.self).components(separatedBy: "\n")
    let start = try #require(lines.firstIndex(of: "<!-- python \(name) -->"))
    let end = try #require(lines[start...].firstIndex(of: "<!-- end -->"))
    return lines[start + 1..<end].map { String($0.dropFirst(4)) }
  }

  private func demoMap() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    #expect(try ProgramRun(["demo", "--align", "-q"], in: folder.path).status == 0)
    return folder
  }

  @Test func theLoaderHasThreeLinesAndLoadsTheMap() throws {
    let folder = try demoMap()
    let loader = try block("loader")
    #expect(loader.count == 3)
    let check = """
      \(loader.joined(separator: "\n"))
      assert len(ids) == map["source"]["tokens"] == 2403
      assert all(-1 <= i < map["target"]["tokens"] for i in ids) and -1 in ids
      """
    #expect(try Self.run(check, in: folder.path) == 0)
  }

  @Test(.enabled(if: hasTorch, "install Debian's python3-torch, as .ci/packages --checks does"))
  func theProcessorAddsMappedLogitsAndLeavesTheRest() throws {
    let folder = try demoMap()
    let processor = try block("processor")
    #expect(processor.count <= 20)
    let check = """
      \((try block("loader") + processor).joined(separator: "\n"))
      torch.manual_seed(1)
      scores = torch.randn(2, 2403)
      delta = torch.randn(2, 3604)
      result = CrossModelControl(map, lambda text: delta, alpha=0.5)(None, scores)
      base = torch.log_softmax(scores, dim=-1)
      for row in range(2):
          for token, target in enumerate(ids):
              expected = base[row, token] + (0.5 * delta[row, target] if target >= 0 else 0)
              assert abs(result[row, token] - expected) < 1e-5, (row, token)
      """
    #expect(try Self.run(check, in: folder.path) == 0)
  }
}
