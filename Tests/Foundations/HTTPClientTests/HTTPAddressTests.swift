import CMCHTTPClient
import Testing

@Suite struct HTTPAddressTests {
  @Test(arguments: [
    ("http://127.0.0.1:8080", "127.0.0.1", 8080, ""), ("HTTP://host", "host", 80, ""),
    ("http://host:1/a/b/", "host", 1, "/a/b"), ("http://[::1]:99/", "::1", 99, ""),
  ])
  func addresses(text: String, host: String, port: Int, prefix: String) throws {
    let address = try HTTPAddress(text)
    #expect(address.host == host && address.port == port && address.prefix == prefix)
    #expect(try HTTPAddress(address.description) == address)
  }

  @Test(arguments: [
    "http://", "http://:80", "http://host:0", "http://host:65536", "http://host:x", "http://a@host",
    "http://::1",
    "http://host/?a", "http://ho st", "http://host\r\nX: y", "ftp://host", "host:80", "",
  ])
  func whatIsNone(text: String) {
    #expect(throws: HTTPAddressError.malformed(text)) { try HTTPAddress(text) }
  }

  @Test func encryptedOnesAreNamed() {
    #expect(throws: HTTPAddressError.encrypted("https://host")) { try HTTPAddress("https://host") }
    #expect(HTTPAddress.isAddress("https://host") && HTTPAddress.isAddress("http://host"))
    #expect(!HTTPAddress.isAddress("httpd.gguf") && !HTTPAddress.isAddress("C:/http://"))
  }
}
