import CMCFastJSON
import CMCPrimitives

extension SafetensorsHeader {
  /// A header as a file begins with it: its length, and JSON that blanks fill up to a multiple of eight bytes, so that the
  /// data behind it can be mapped in place.
  ///
  /// - Parameters:
  ///   - metadata: Free texts, which are written in their order; without any there is no `__metadata__`.
  ///   - tensors: All tensors, in the order of their data, which follow one another without a gap.
  static func encoded(
    metadata: [(key: String, value: String)], tensors: [(name: String, type: ElementType, shape: [Int])]
  ) -> [UInt8] {
    var json = JSONWriter(.compact)
    json.object { json in
      if !metadata.isEmpty {
        json.key("__metadata__")
        json.object { json in
          for (key, value) in metadata { json.member(key, value) }
        }
      }
      var offset = 0
      for tensor in tensors {
        let end = offset + tensor.shape.reduce(tensor.type.size, *)
        json.key(tensor.name)
        json.object { json in
          json.member("dtype", tensor.type.safetensorsName)
          json.member("shape", tensor.shape)
          json.member("data_offsets", [offset, end])
        }
        offset = end
      }
    }
    var text = json.bytes
    text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - text.count % 8) % 8))
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
  }
}
