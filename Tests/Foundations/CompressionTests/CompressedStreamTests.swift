import CMCCompression
import CMCPrimitives
import Foundation
import TestSupport
import Testing

/// Files compressed by gzip and zstd themselves are read as what they were, wherever blocks end.
@Suite struct CompressedStreamTests {
  private let folder: TemporaryFolder
  /// Text that compresses, and noise that does not.
  private let plain: [UInt8]

  init() throws {
    folder = try TemporaryFolder()
    var random = SeededGenerator(seed: 5)
    var bytes: [UInt8] = []
    for line in 0..<30_000 { bytes += Array("line \(line) of a long text\n".utf8) }
    for _ in 0..<200_000 { bytes.append(UInt8.random(in: 0...255, using: &random)) }
    plain = bytes
  }

  /// Compresses a file with a program of the system.
  private func compressed(_ bytes: [UInt8], _ program: [String]) throws -> [UInt8] {
    let path = try folder.write("plain", bytes: bytes)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = program + [path]
    let output = folder.path("packed")
    _ = FileManager.default.createFile(atPath: output, contents: nil)
    process.standardOutput = FileHandle(forWritingAtPath: output)
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(program)")
    return try readFile(output)
  }

  private func read(_ bytes: [UInt8], from offset: Int = 0) throws -> [UInt8] {
    let path = try folder.write("read", bytes: bytes)
    var all: [UInt8] = []
    try forEachPlainBlock(of: path, from: offset) { block, _ in all += block }
    return all
  }

  private static let programs = [
    ["gzip", "-c"], ["gzip", "-1c"], ["zstd", "-qc"], ["zstd", "-qc", "--long=28"],
    ["zstd", "-19qc", "--check"],
  ]

  @Test(arguments: programs)
  func filesAreReadAsWhatTheyWere(_ program: [String]) throws {
    let packed = try compressed(plain, program)
    #expect(packed.count < plain.count)
    #expect(try read(packed) == plain)
    for offset in [1, 70_000, plain.count - 1, plain.count] {
      #expect(try read(packed, from: offset) == Array(plain[offset...]))
    }
    // Several members or frames are one text.
    #expect(try read(packed + packed) == plain + plain)
    // Nothing at all, compressed.
    #expect(try read(try compressed([], program)).isEmpty)
  }

  @Test(arguments: [["gzip", "-c"], ["zstd", "-qc"]])
  func streamsEndAnywhere(_ program: [String]) throws {
    let packed = try compressed(plain, program)
    let format = try #require(CompressionFormat(beginning: packed))
    for size in [1, 7, 4096, 100_000] {
      let stream = try CompressedStream(format)
      var all: [UInt8] = []
      var rest = packed[...]
      while !rest.isEmpty {
        try Array(rest.prefix(size)).withUnsafeBytes { try stream.append($0) { all += $0 } }
        rest = rest.dropFirst(size)
      }
      try stream.finish()
      #expect(all == plain, "blocks of \(size)")
    }
  }

  @Test(arguments: [["gzip", "-c"], ["zstd", "-qc", "--check"]])
  func damageIsTold(_ program: [String]) throws {
    let packed = try compressed(plain, program)
    let format = try #require(CompressionFormat(beginning: packed))
    for count in [5, packed.count / 2, packed.count - 1] {
      #expect(throws: FileError.self) { try read(Array(packed[..<count])) }
    }
    do {
      _ = try read(Array(packed.dropLast(1)))
    } catch let error as FileError {
      #expect(error.underlying as? CompressionError == .truncated(format))
    }
    var changed = packed
    changed[packed.count / 2] ^= 0x55
    #expect(throws: FileError.self) { try read(changed) }
  }

  @Test func plainFilesStayAsTheyAre() throws {
    #expect(try read(plain) == plain)
    #expect(try read(plain, from: 123_456) == Array(plain[123_456...]))
    for short in [[], [0x1F], [0x1F, 0x8B], [0x28, 0xB5, 0x2F]] as [[UInt8]] {
      #expect(try read(short) == short)
    }
  }

  @Test func zerosBehindGzipArePadding() throws {
    let packed = try compressed(plain, ["gzip", "-c"])
    #expect(try read(packed + [UInt8](repeating: 0, count: 600)) == plain)
    #expect(throws: FileError.self) { try read(packed + [0, 0, 1]) }
  }
}
