import CMCPrimitives
import TestSupport
import Testing

@testable import CMCAlignment

@Suite struct SharedOverridesTests {
  /// Every file that comes with the tool can be read, and says for whom it is.
  @Test func everyShippedFileIsSound() throws {
    let checkout = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(
      separator: "/")
    let names = [
      "chatml-to-gemma-3", "chatml-to-llama-3", "fim-cl100k-to-starcoder", "fim-starcoder-to-cl100k",
      "gemma-3-to-chatml", "gemma-3-to-llama-3", "llama-3-to-chatml", "llama-3-to-gemma-3",
    ]
    for name in names {
      let file = try OverrideReader.read(
        try readFile("\(checkout)/Vocabs/overrides/\(name).yaml"), name: name)
      #expect(file.source?.names.isEmpty == false && file.target?.names.isEmpty == false)
      #expect(!file.entries.isEmpty)
    }
  }
}
