import CMCAlignment
import CMCPrimitives
import CMCSafetensors
import CMCTokenMapFormats
import Testing

/// Every tensor and text of a map in safetensors is carried out, harmless, or refused by its name.
@Suite struct TensorMemberTests {
  private static let ids: [Int64] = [1, 2, -1]

  private static func message(
    _ metadata: [(key: String, value: String)] = [], _ add: (inout SafetensorsWriter) -> Void = { _ in }
  ) throws -> String? {
    var writer = SafetensorsWriter(metadata: metadata)
    writer.add("user_to_delta", ids)
    add(&writer)
    do {
      _ = try TokenMapReader.parse(writer.encoded())
      return nil
    } catch let error as any DescribedError {
      return error.description
    }
  }

  private static func several(
    _ weights: [Float], _ metadata: [(key: String, value: String)] = []
  ) throws -> String? {
    try message(metadata) {
      $0.add("indices", [Int64(1), 5, 2, -1, -1, -1], shape: [3, 2])
      $0.add("weights", weights, shape: [3, 2])
    }
  }

  @Test func unknownTensors() throws {
    let message = try Self.message { $0.add("mach", [UInt8(1), 1, 0]) }
    #expect(message?.hasPrefix("tensor.mach: not a known member of token-map.safetensors") == true)
    #expect(try Self.message { $0.add("match", [UInt8(1), 1, 0]) } == nil)
  }

  @Test func oneOfTwoTensorsThatBelongTogether() throws {
    let weights = try Self.message { $0.add("weights", [Float(1), 1, 0], shape: [3, 1]) }
    #expect(weights?.contains("has no tensor indices") == true)
    let indices = try Self.message { $0.add("indices", Self.ids, shape: [3, 1]) }
    #expect(indices?.contains("has no tensor weights") == true)
    #expect(try Self.message([("combine", "max")])?.contains("has no tensor indices") == true)
  }

  @Test func weightsOfWhatHasNoTarget() throws {
    #expect(try Self.several([0.5, 0.5, 1, 0, 0, 0]) == nil)
    for weights in [[0.5, 0.5, 0.5, 0.5, 0, 0], [0.5, 0.5, 1, 0, 1, 0], [0.5, 0.5, 0.5, 0, 0, 0]] as [[Float]]
    {
      #expect(try Self.several(weights)?.hasPrefix("weights[") == true, "\(weights)")
    }
  }

  @Test(arguments: [
    ("source_tokens", "x"), ("source_tokens", "-1"), ("source_tokens", "03"), ("target_max_id", "1.0"),
    ("target_logits_width", ""), ("source_fingerprint", "zz"), ("sorce_name", "a"), ("note", "by hand"),
    ("source_max_id", "3"), ("source_tokens", "4"),
  ])
  func textsThatCannotBeCarriedOut(_ key: String, _ value: String) throws {
    let message = try Self.message([(key, value)])
    #expect(message?.contains("__metadata__.\(key)") == true, "\(message ?? "read")")
  }

  @Test func textsThatAreTaken() throws {
    #expect(try Self.message([("format", "pt"), ("source_name", "a"), ("source_tokens", "3")]) == nil)
    #expect(try Self.several([0.5, 0.5, 1, 0, 0, 0], [("combine", "max")]) == nil)
    let sum = try Self.several([0.5, 0.5, 1, 0, 0, 0], [("combine", "sum")])
    #expect(sum == "__metadata__.combine: mean or max expected")
  }

  @Test func distancesThatContradictTheMatches() throws {
    let match = try Self.message {
      $0.add("match", [UInt8(1), 0, 0])
      $0.add("distance", [Int32(3), 3, -1])
    }
    #expect(match?.hasPrefix("distance[0] is 3, but match[0] is one of equal tokens") == true)
    let unmatched = try Self.message { $0.add("distance", [Int32(0), 3, 7]) }
    #expect(unmatched?.hasPrefix("distance[2] is 7, but the id of row 2 is -1") == true)
  }
}
