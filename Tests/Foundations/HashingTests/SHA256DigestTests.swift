import CMCHashing
import Testing

@Suite struct SHA256DigestTests {
  /// The examples of FIPS 180-4.
  @Test func knownDigests() {
    #expect(
      SHA256Digest(hashing: [UInt8]()).hex
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      SHA256Digest(hashing: Array("abc".utf8)).hex
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }

  @Test func piecesHashAsTheWhole() {
    var hasher = SHA256Hasher()
    [UInt8]("a".utf8).withUnsafeBytes { hasher.update($0) }
    [UInt8]("bc".utf8).withUnsafeBytes { hasher.update($0) }
    #expect(hasher.finish() == SHA256Digest(hashing: Array("abc".utf8)))
  }

  @Test func onlySixtyFourHexadecimalDigitsAreADigest() {
    let hex = String(repeating: "aB", count: 32)
    #expect(SHA256Digest(hex: hex)?.hex == hex.lowercased())
    #expect(SHA256Digest(hex: String(hex.dropLast())) == nil)
    #expect(SHA256Digest(hex: String(repeating: "g", count: 64)) == nil)
  }
}
