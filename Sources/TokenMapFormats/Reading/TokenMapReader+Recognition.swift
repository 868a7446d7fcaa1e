import FastJSON
import NumPyFiles
import Primitives
import Safetensors

extension TokenMapReader {
  /// Whether a path holds a token map that can be told from a tokenizer by its content.
  ///
  /// Where neither can be told, or the path cannot be read, the answer is no: the tokenizer loader then says what is
  /// wrong.
  public static func isMap(_ path: String) -> Bool {
    guard let place = try? locate(path, nil) else { return false }
    switch place {
    case .folder, .prefix: return true
    case .file(let path):
      guard let file = try? MappedFile(path: path) else { return false }
      return file.withUnsafeBytes { bytes in
        let head = Array(bytes.prefix(1 << 12))
        if NumPyArray.hasMagic(head) { return true }
        guard head.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) == UInt8(ascii: "{") else { return false }
        return isOwnMap(bytes)
      }
    }
  }

  /// Whether a JSON text has the members that only the tool's own map has together.
  private static func isOwnMap(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let root = try? JSONDocument(Array(bytes)).root else { return false }
    return root["ids"]?.isArray == true && root["source"]?.isObject == true && root["version"] != nil
  }
}
