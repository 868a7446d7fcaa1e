import CMCPrimitives
import TestSupport
import Testing

/// Pages are drawn from values: those that `cmc report` draws of the saved files are the same.
@Suite struct GenerationPagesTests {
  let models: TinyModels

  init() throws { models = try TinyModels() }

  private func read(_ name: String) throws -> [UInt8] { try readFile(models.folder.path(name)) }

  @Test func thePageOfATraceIsThatOfItsFile() throws {
    let run = try models.run(
      ["generate"] + models.arguments + [
        "--prompt", "A boat", "--max-tokens", "12", "--unmatched", "mask", "--trace", "trace.json",
        "--report",
        "page.html",
      ])
    #expect(run.status == 0, "\(run.errors)")
    #expect(try models.run(["report", "trace.json", "-o", "again"]).status == 0)
    #expect(try read("page.html") == read("again/trace.html"))
    #expect(try read("page.html").count > 10_000)
  }

  @Test func thePageOfASweepIsThatOfItsFile() throws {
    let run = try models.run(
      ["sweep"] + models.arguments + [
        "--prompt", "A boat", "--max-tokens", "8", "--alphas", "0:1:0.5", "--report", "page.html", "--json",
      ])
    #expect(run.status == 0, "\(run.errors)")
    _ = try models.folder.write("sweep.json", run.output)
    #expect(try models.run(["report", "sweep.json", "-o", "again"]).status == 0)
    #expect(try read("page.html") == read("again/sweep.html"))
  }

  /// Another prompt or factor is another result, though the models are called the same.
  @Test func tracesAndPagesGiveWayToTheSameRun() throws {
    let generate = ["generate"] + models.arguments + ["--max-tokens", "3", "--prompt"]
    let sweep = ["sweep"] + models.arguments + ["--max-tokens", "3", "--alphas", "0,1", "--prompt"]
    for (call, output, other) in [
      (generate, ["--trace", "trace.json"], ["--alpha", "0.5"]),
      (generate, ["--report", "page.html"], ["--seed", "3"]),
      (sweep, ["--report", "sweep.html"], ["--unmatched", "mask"]),
    ] {
      for _ in 0..<2 {
        let run = try models.run(call + ["A boat"] + output)
        #expect(run.status == 0, "\(run.errors)")
      }
      let made = try read(output[1])
      for more in [["A ship"], ["A boat"] + other] {
        let run = try models.run(call + more + output)
        #expect(run.status == 1 && run.errors.contains("of other inputs"), "\(run.errors)")
        #expect(run.output.isEmpty)
      }
      #expect(try read(output[1]) == made)
      #expect(try models.run(call + ["A ship", "--force"] + output).status == 0)
    }
  }
}
