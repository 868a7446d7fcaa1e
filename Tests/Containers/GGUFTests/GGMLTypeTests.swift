import Testing

@testable import CMCGGUF

struct GGMLTypeTests {
  @Test func namesAndSizes() {
    #expect(GGMLType.q4_K.name == "Q4_K")
    #expect(GGMLType.q4_1.name == "Q4_1")
    #expect(GGMLType.bf16.name == "BF16")
    #expect(GGMLType.iq2_xxs.name == "IQ2_XXS")
    // Bits a weight, as the format's documentation gives them.
    let bits: [(GGMLType, Double)] = [
      (.f32, 32), (.f16, 16), (.bf16, 16), (.q4_0, 4.5), (.q4_1, 5), (.q5_0, 5.5), (.q5_1, 6), (.q8_0, 8.5),
      (.q2_K, 2.625), (.q3_K, 3.4375), (.q4_K, 4.5), (.q5_K, 5.5), (.q6_K, 6.5625),
    ]
    for (type, expected) in bits {
      #expect(Double(type.blockBytes * 8) / Double(type.blockElements) == expected, "\(type.name)")
    }
  }
}
