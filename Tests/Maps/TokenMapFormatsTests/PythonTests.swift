import CMCAlignment
import CMCPrimitives
import CMCTokenMapFormats
import Foundation
import Testing

/// Runs Python scripts, where there is a `python3`.
private enum Python {
  static let isThere: Bool = (try? run("pass", [])) != nil

  /// What a script prints; `arguments` are its `sys.argv[1:]`.
  static func run(_ script: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script] + arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.executableNotLoadable) }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

@Suite(.enabled(if: Python.isThere, "install python3"))
struct PythonTests {
  @Test func theOwnFormatIsPlainJSON() throws {
    try withTemporaryFolder { folder in
      let (path, _) = try write(SampleMap.map, .json, in: folder, TokenMapWriteOptions())
      let script = """
        import json, sys
        m = json.load(open(sys.argv[1], encoding="utf-8"))
        assert m["version"] == 1 and len(m["ids"]) == len(m["method"]) == len(m["distance"])
        assert m["source"]["pieces"][3] is None and m["source"]["kinds"][3] == "-"
        assert abs(sum(m["sequences"]["7"]["weights"]) - 1) < 1e-6
        print(m["ids"], m["method"][0], m["source"]["pieces"][5])
        """
      let ids = SampleMap.map.ids.map(String.init).joined(separator: ", ")
      #expect(try Python.run(script, [path]) == "[\(ids)] role ␣wörld")
    }
  }

  /// What Python's own writer makes of our files is the same, byte for byte.
  @Test func theReferencesFilesAreAsPythonWritesThem() throws {
    try withTemporaryFolder { folder in
      let (_, output) = try write(SampleMap.map, .cmcOneToOne, in: folder, SampleMap.writeOptions)
      let (many, _) = try write(SampleMap.map, .cmcOneToMany, in: folder, SampleMap.writeOptions)
      let script = """
        import json, sys
        for path in sys.argv[1:]:
            text = open(path, encoding="ascii", newline="").read()
            assert json.dumps(json.loads(text), indent=4) == text, path
        tokens = json.load(open(sys.argv[3]))
        assert tokens["\\u007f\\U0001f600"] is None and tokens["▁wörld"] == "▁wö", tokens
        """
      _ = try Python.run(script, output.files.map(\.path) + ["\(many)_id.json"])
    }
  }

  @Test func headersOfTensorsAreAsTheFormatsSay() throws {
    try withTemporaryFolder { folder in
      let (tensors, _) = try write(SampleMap.map, .safetensors, in: folder, TokenMapWriteOptions())
      let (vector, _) = try write(SampleMap.map, .npy, in: folder, TokenMapWriteOptions())
      let script = """
        import ast, json, struct, sys
        data = open(sys.argv[1], "rb").read()
        n = struct.unpack("<Q", data[:8])[0]
        header = json.loads(data[8:8 + n])
        begin, end = header["user_to_delta"]["data_offsets"]
        ids = struct.unpack("<%dq" % ((end - begin) // 8), data[8 + n + begin:8 + n + end])
        assert header["indices"]["shape"] == [len(ids), 3] and header["match"]["dtype"] == "U8"
        data = open(sys.argv[2], "rb").read()
        assert data[:8] == b"\\x93NUMPY\\x01\\x00"
        n = struct.unpack("<H", data[8:10])[0]
        header = ast.literal_eval(data[10:10 + n].decode("latin1"))
        assert header == {"descr": "<i8", "fortran_order": False, "shape": (len(ids),)} and (10 + n) % 64 == 0
        assert struct.unpack("<%dq" % len(ids), data[10 + n:]) == ids
        print(list(ids))
        """
      let ids = SampleMap.map.ids.map(String.init).joined(separator: ", ")
      #expect(try Python.run(script, [tensors, vector]) == "[\(ids)]")
    }
  }
}
