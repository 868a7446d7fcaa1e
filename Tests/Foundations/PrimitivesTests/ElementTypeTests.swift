import CMCPrimitives
import Testing

@Suite struct ElementTypeTests {
  @Test func namesTellSizeAndNature() {
    for type in ElementType.allCases {
      // The number in a name is the size in bits; bool alone has none, and float8 names its bits of exponent as well.
      let name = "\(type)"
      let bits = name == "bool" ? 8 : name.contains("float8") ? 8 : Int(name.filter(\.isNumber)) ?? 0
      #expect(type.size * 8 == bits, "\(name)")
      #expect(type.isInteger == name.contains("int"), "\(name)")
    }
  }
}

@Suite struct EditDistanceTests {
  private func distance(_ a: String, _ b: String) -> Int {
    editDistance(a.unicodeScalars.map(\.value), b.unicodeScalars.map(\.value))
  }

  /// The definition, without the table.
  private func naive(_ a: ArraySlice<UInt32>, _ b: ArraySlice<UInt32>) -> Int {
    guard let x = a.first, let y = b.first else { return a.count + b.count }
    if x == y { return naive(a.dropFirst(), b.dropFirst()) }
    return 1
      + min(naive(a.dropFirst(), b), naive(a, b.dropFirst()), naive(a.dropFirst(), b.dropFirst()))
  }

  @Test func isThatOfTheDefinition() {
    #expect(distance("kitten", "sitting") == 3 && distance("", "abc") == 3 && distance("é", "e") == 1)
    var random = SeededGenerator(seed: 7)
    for _ in 0..<200 {
      let words = (0..<2).map { _ in (0..<random.below(6)).map { _ in UInt32(random.below(3)) } }
      #expect(editDistance(words[0], words[1]) == naive(words[0][...], words[1][...]))
    }
  }

  @Test func aNameIsMeantWhereItIsNear() {
    let known = ["tokens", "target", "source"]
    #expect(nearestName(to: "tokns", in: known) == "tokens")
    #expect(nearestName(to: "tragte", in: known) == nil)
    #expect(nearestName(to: "tragte", in: known, limit: 4) == "target")
    // Of those that are equally near the first.
    #expect(nearestName(to: "b", in: ["ab", "cb"]) == "ab")
  }
}
