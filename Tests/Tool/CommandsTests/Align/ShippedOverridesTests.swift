import CMCAlignment
import CMCTokenMapFormats
import TestSupport
import Testing

/// The program aligns with the override files that come with it, unless it is told not to.
@Suite(
  .enabled(
    if: RealData.has("llama-3/tokenizer.model") && RealData.has("qwen3.6/qwen3_6.tiktoken"),
    "fetch them with Vocabs/fetch"))
struct ShippedOverridesTests {
  @Test func alignUsesThemAndNamesThem() throws {
    let folder = try TemporaryFolder()
    let pair = [RealData.path("llama-3"), RealData.path("qwen3.6")]
    let with = try ProgramRun(["align"] + pair + ["-o", "with.json"], in: folder.path)
    let without = try ProgramRun(
      ["align"] + pair + ["--no-default-overrides", "-o", "without.json"], in: folder.path)
    #expect(with.status == 0 && without.status == 0, "\(with.errors)\(without.errors)")
    let (one, other) = (
      try TokenMapReader.read(folder.path("with.json")), try TokenMapReader.read(folder.path("without.json"))
    )
    #expect(one.overrides.map(\.name) == ["default:llama-3-to-chatml.yaml"] && other.overrides.isEmpty)
    let changed = one.ids.indices.filter { one.ids[$0] != other.ids[$0] }
    #expect(changed.map { [Int32($0), one.ids[$0]] } == [[128_006, 248_045], [128_007, 198]])
    #expect(with.output.contains("llama-3-to-chatml") && !without.output.contains("llama-3-to-chatml"))
  }
}
