import CMCLogitShift
import CMCPrimitives
import CMCPyTorchFiles
import Foundation
import TestSupport
import Testing

@Suite("Logits from elsewhere")
struct LogitFileTests {
  /// The files of Tests/Scripts/generate_logit_files.py.
  static func golden(_ name: String) throws -> [UInt8] {
    let url = try #require(Bundle.module.url(forResource: "Golden/files/\(name)", withExtension: nil))
    return try readFile(url.path)
  }

  static let readable = [
    "f16.npy", "f32.npy", "f64.npy", "fortran.npy", "stored.npz", "deflated.npz", "types.safetensors",
    "tensor.pt", "dictionary.pt", "list.pt", "shared.pt", "transposed.pt", "view.pt",
    "legacy.pt", "legacy-dictionary.pt", "parameter.pt", "legacy-parameter.pt", "batch.npy",
    "batch-fortran.npy",
    "batch.npz", "batch.safetensors", "batch.pt", "mixed.npz", "mixed-deflated.npz",
  ]
  static let refused = [
    "expanded.pt", "hostile-call.pt", "hostile-inside.pt", "hostile-module.pt",
  ]

  /// What every file holds; "tuned" arrays have 1 more everywhere.
  static func wanted(_ row: Int, _ name: String) -> [Float] {
    (0..<5).map { Float((7 * row + 3 * $0) % 16 - 8) / 4 + (name.hasSuffix("tuned") ? 1 : 0) }
  }

  @Test("Every matrix of every format and precision", arguments: readable) func reading(_ name: String) throws
  {
    let file = try LogitFile(parsing: try Self.golden(name))
    #expect(!file.matrices.isEmpty)
    for matrix in file.matrices {
      #expect(matrix.rows == 3 && matrix.columns == 5)
      var row = [Float](repeating: .nan, count: 5)
      for step in 0..<3 {
        matrix.read(row: step, into: &row)
        #expect(row == Self.wanted(step, matrix.name), "\(matrix.name), step \(step)")
      }
      let doubles = matrix.doubles()
      #expect(doubles == (0..<3).flatMap { Self.wanted($0, matrix.name).map(Double.init) })
    }
  }

  @Test("Arrays have their names") func names() throws {
    func names(_ file: String) throws -> [String] {
      try LogitFile(parsing: Self.golden(file)).matrices.map(\.name)
    }
    #expect(try names("tensor.pt") == [""])
    #expect(try names("dictionary.pt") == ["base", "nested.tuned"])
    #expect(try names("list.pt") == ["0", "1", "2"])
    #expect(try names("stored.npz") == ["base", "tuned"])
    #expect(try names("deflated.npz") == ["base", "tuned"])
    let types = try LogitFile(parsing: Self.golden("types.safetensors"))
    #expect(Set(types.matrices.map(\.name)) == ["f32", "f64", "f16", "bf16"])
    #expect(types.leftOut.count == 1)
    let file = try LogitFile(parsing: Self.golden("stored.npz"))
    #expect(try file.matrix("tuned").name == "tuned")
    #expect(throws: LogitFileError.ambiguous(names: ["base", "tuned"])) { try file.matrix(nil) }
    #expect(throws: LogitFileError.missing(name: "x", names: ["base", "tuned"])) { try file.matrix("x") }
  }

  @Test("Whole numbers are points, and no logits", arguments: ["points.npy", "points-small.npy"])
  func integers(_ name: String) throws {
    let bytes = try Self.golden(name)
    #expect(throws: LogitFileError.self) { try LogitFile(parsing: bytes) }
    let folder = try TemporaryFolder()
    try folder.write(name, bytes: bytes)
    let matrix = try LogitFile.matrix(at: folder.path + "/" + name, integers: true)
    #expect(matrix.doubles() == (0..<3).flatMap { Self.wanted($0, "").map { Double($0) * 4 } })
  }

  @Test("More texts than one are left out, with their shape") func batches() throws {
    let file = try LogitFile(parsing: Self.golden("batch.pt"))
    #expect(file.matrices.map(\.name) == ["logits"])
    #expect(file.leftOut.count == 1 && file.leftOut[0].reason.contains("[2, 3, 5]"))
  }

  /// Nor do they keep the matrices beside them from being read; named, they are refused with the reason.
  @Test("An array of more axes is left out of an archive", arguments: ["mixed.npz", "mixed-deflated.npz"])
  func archives(_ name: String) throws {
    let file = try LogitFile(parsing: Self.golden(name))
    #expect(try file.matrix(nil).name == "logits")
    let reason = "array 'two' has 3 axes: two are read, and before them only axes of length 1"
    #expect(file.leftOut.map(\.reason) == [reason])
    #expect(throws: LogitFileError.noMatrix(reason)) { try file.matrix("two") }
    let alone = #expect(throws: LogitFileError.self) { try LogitFile(parsing: Self.golden("two.npy")) }
    #expect(alone?.description.contains("its array has 3 axes") == true && alone?.hint != nil)
  }

  @Test("What asks for anything but tensors is refused", arguments: refused) func refusal(_ name: String)
    throws
  {
    let bytes = try Self.golden(name)
    #expect(throws: PyTorchError.self) { try LogitFile(parsing: bytes) }
    #expect(!FileManager.default.fileExists(atPath: "/tmp/cmc-pickle-ran"))
  }

  @Test("The refusal names what was asked for") func messages() throws {
    func message(_ name: String) throws -> String {
      do {
        _ = try LogitFile(parsing: Self.golden(name))
        return ""
      } catch { return "\(error)" }
    }
    #expect(try message("hostile-call.pt").contains("posix.system"))
    #expect(try message("hostile-call.pt").contains("nothing was executed"))
    #expect(try message("hostile-module.pt").contains("torch.nn"))
    #expect(try message("expanded.pt").contains("15 elements of a storage of 5"))
  }

  @Test(
    "Every beginning of a file, and every changed byte, is an error or a file", arguments: readable + refused)
  func damage(_ name: String) throws {
    let bytes = try Self.golden(name)
    for count in 0..<bytes.count { try readAll(Array(bytes[..<count])) }
    for place in bytes.indices {
      for change in [0xFF, 0x01, 0x80] as [UInt8] {
        var damaged = bytes
        damaged[place] ^= change
        try readAll(damaged)
      }
    }
  }

  /// Reads what can be read; errors must say what is wrong.
  private func readAll(_ bytes: [UInt8]) throws {
    do {
      for matrix in try LogitFile(parsing: bytes).matrices where matrix.rows * matrix.columns < 1 << 20 {
        _ = matrix.doubles()
      }
    } catch let error as any DescribedError {
      #expect(!error.description.isEmpty && !error.description.contains("\n"))
    }
  }

  @Test("Pickles that grow out of all proportion are refused") func bombs() throws {
    // A tuple of the tuple before, twice, a hundred times: 2¹⁰⁰ values.
    var doubling: [UInt8] = [0x80, 2, UInt8(ascii: ")")]
    for place in 0..<100 as Range<UInt8> {
      doubling += [UInt8(ascii: "q"), place, UInt8(ascii: "h"), place, 0x86]
    }
    // Lists inside lists.
    let deep: [UInt8] =
      [0x80, 2] + [UInt8](repeating: UInt8(ascii: "]"), count: 100_000)
      + [UInt8](repeating: UInt8(ascii: "a"), count: 99_999)
    // A list that is extended by one, many times.
    var long: [UInt8] = [0x80, 2, UInt8(ascii: "]")]
    for _ in 0..<200_000 { long += [UInt8(ascii: "N"), UInt8(ascii: "a")] }
    for pickle in [doubling, deep, long] {
      let archive = StoredZip(["x/data.pkl": pickle + [UInt8(ascii: ".")]]).bytes
      #expect(throws: PyTorchError.self) { try LogitFile(parsing: archive) }
    }
  }

  @Test("An archive that claims more than it can have") func claims() throws {
    var archive = StoredZip(["a.npy": [1, 2, 3]])
    archive.claimedSize = 0xFFFF_FF00
    #expect(throws: (any Error).self) { try LogitFile(parsing: archive.bytes) }
  }

  @Test("Nothing known") func unknown() {
    #expect(throws: LogitFileError.unknownFormat) { try LogitFile(parsing: Array("hello".utf8)) }
    #expect(throws: LogitFileError.unknownFormat) { try LogitFile(parsing: []) }
  }
}

/// A zip archive of stored entries.
struct StoredZip {
  private let entries: [(String, [UInt8])]
  /// What the table says the size is, where it lies.
  var claimedSize: UInt32?

  init(_ entries: [String: [UInt8]]) { self.entries = entries.sorted { $0.key < $1.key } }

  var bytes: [UInt8] {
    func number(_ value: some FixedWidthInteger) -> [UInt8] {
      withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
    var file: [UInt8] = []
    var table: [UInt8] = []
    for (name, data) in entries {
      let size = claimedSize ?? UInt32(data.count)
      let common: [UInt8] =
        number(UInt16(20)) + number(UInt16(0)) + number(UInt16(0)) + number(UInt32(0))
        + number(checksum(data))
        + number(size) + number(size) + number(UInt16(name.utf8.count)) + number(UInt16(0))
      table += number(UInt32(0x0201_4B50)) + number(UInt16(20)) + common
      table +=
        number(UInt16(0)) + number(UInt16(0)) + number(UInt16(0)) + number(UInt32(0))
        + number(UInt32(file.count))
      table += Array(name.utf8)
      file += number(UInt32(0x0403_4B50)) + common + Array(name.utf8) + data
    }
    let start = UInt32(file.count)
    file += table + number(UInt32(0x0605_4B50)) + number(UInt16(0)) + number(UInt16(0))
    file +=
      number(UInt16(entries.count)) + number(UInt16(entries.count)) + number(UInt32(table.count))
      + number(start)
    return file + number(UInt16(0))
  }

  /// CRC-32, bit by bit.
  private func checksum(_ data: [UInt8]) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in data {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    return ~crc
  }
}
