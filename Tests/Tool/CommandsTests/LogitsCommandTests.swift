import CMCFastJSON
import CMCPrimitives
import TestSupport
import Testing

/// `cmc logits` as a program; the numbers themselves are checked where the model is.
@Suite struct LogitsCommandTests {
  private let golden = RealData.checkout + "/Tests/Models/LanguageModelTests/Golden"

  @Test func theFileHasARowForEachID() throws {
    let folder = try TemporaryFolder()
    let run = try ProgramRun(
      ["logits", golden + "/qwen3", "--ids", "5,17, 3", "-o", "out.npy", "--json"], in: folder.path)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors == "")
    let root = try JSONDocument(Array(run.output.utf8)).root
    #expect(root["version"]?.int == 1)
    #expect(root["positions"]?.int == 3)
    #expect(root["logits_width"]?.int == 96)
    #expect(root["architecture"]?.string == "qwen3")
    // A header of 128 bytes, then 3 × 96 float32.
    #expect(try readFile(folder.path("out.npy")).count == 128 + 3 * 96 * 4)
  }

  @Test func theLastRowAlone() throws {
    let folder = try TemporaryFolder()
    for (name, more) in [
      ("all.npy", []), ("last.npy", ["--last"]), ("fast.npy", ["--last", "--precision", "fast"]),
    ] {
      let run = try ProgramRun(
        ["logits", golden + "/gpt2", "--ids", "5 17 3", "-o", name, "--threads", "2"] + more, in: folder.path)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.hasPrefix("\(name): \(more.isEmpty ? 3 : 1) × 96 logits of gpt2"), "\(run.output)")
    }
    #expect(try readFile(folder.path("last.npy")).count == 128 + 96 * 4)
  }

  /// A result is not lost for want of a folder, and a folder is never taken for a file, before or after the work.
  @Test func outputsAreSeenToBeforeTheWork() throws {
    let folder = try TemporaryFolder()
    let made = try ProgramRun(
      ["logits", golden + "/gpt2", "--ids", "5", "-o", "new/folder/out.npy"], in: folder.path)
    #expect(made.status == 0, "\(made.errors)")
    #expect(try readFile(folder.path("new/folder/out.npy")).count == 128 + 96 * 4)
    for arguments in [
      ["logits", golden + "/gpt2", "--ids", "5", "-o", "new"],
      ["generate", "--user", golden + "/gpt2", "--prompt", "a", "--trace", "new"],
      ["evaluate", "--user", golden + "/gpt2", "--data", "none.jsonl", "-o", "new"],
      ["similarity", "a", "b", "-o", "new"],
    ] {
      let run = try ProgramRun(arguments, in: folder.path)
      #expect(run.status == 1 && run.output == "", "\(arguments[0]): \(run.output)")
      #expect(
        run.errors == "cmc: new: is a directory where a file belongs\n", "\(arguments[0]): \(run.errors)")
    }
  }

  @Test func whatCannotBeDoneIsOneLineAndLeavesNoFile() throws {
    let folder = try TemporaryFolder()
    let broken = try folder.write("broken.gguf", "GGUF")
    for (model, ids, part, status) in [
      ("/no/such", "1", "/no/such", 1), (broken, "1", broken, 1), (golden + "/gpt2", "1,96", "token 96", 1),
      (golden + "/gpt2", "1,x", "'x'", 64), (golden + "/gpt2", "", "--ids", 64),
      (golden + "/gpt2", "-1", "-1", 64),
      (golden + "/gpt2", (0...64).map { _ in "1" }.joined(separator: ","), "context of 64", 1),
    ] {
      let run = try ProgramRun(["logits", model, "--ids=\(ids)", "-o", "out.npy"], in: folder.path)
      #expect(run.status == status, "\(run.errors)")
      #expect(run.output == "")
      #expect(run.errors.contains(part), "\(run.errors)")
      if status == 1 { #expect(run.errors.hasPrefix("cmc: ") && run.errors.filter { $0 == "\n" }.count == 1) }
      #expect(throws: FileError.self) { _ = try readFile(folder.path("out.npy")) }
    }
  }
}
