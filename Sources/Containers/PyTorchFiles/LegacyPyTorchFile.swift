internal import CMCPrimitives

/// The format of `torch.save` before PyTorch 1.6: five pickles, then the bytes of each storage behind their number.
///
/// The pickles are a magic number, the version, sizes of types, the value, and the list of storages.
enum LegacyPyTorchFile {
  /// The magic number as a pickle, and the version, which has always been 1001.
  private static let start: [UInt8] = [
    0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
    0x80, 2, 0x4D, 0xE9, 0x03, 0x2E,
  ]

  /// Whether a file begins so.
  static func looksLike(_ file: UnsafeRawBufferPointer) -> Bool { file.starts(with: start) }

  /// The tensors of a whole file.
  ///
  /// - Throws: ``PyTorchError``.
  static func tensors(of file: UnsafeRawBufferPointer) throws(PyTorchError) -> [PyTorchFile.Tensor] {
    var place = start.count
    let system = try pickle(file, &place).value
    if case .dictionary(let members) = system.content,
      members.contains(where: { $0.key.content == .text("little_endian") && $0.value.content == .bool(false) }
      )
    {
      throw .bigEndian
    }
    let (value, storages) = try pickle(file, &place)
    let keys = try pickle(file, &place).value
    guard case .list(let items) = keys.content else {
      throw .malformed(at: place, reason: "a list of storages expected")
    }
    var ranges: [String: Range<Int>] = [:]
    for item in items {
      guard case .text(let key) = item.content, let storage = storages[key] else {
        throw .malformed(at: place, reason: "a storage that no tensor has")
      }
      guard place <= file.count - 8 else {
        throw .malformed(at: place, reason: "the file ends before a storage")
      }
      let count = Int64(littleEndian: file.loadUnaligned(fromByteOffset: place, as: Int64.self))
      place += 8
      let size = storage.type.size
      guard count >= 0, count <= (file.count - place) / size, Int(count) == storage.count else {
        throw .malformed(
          at: place, reason: "a storage of \(count) elements where \(storage.count) are expected")
      }
      ranges[key] = place..<place + Int(count) * size
      place += Int(count) * size
    }
    var collector = TensorCollector(ranges)
    try collector.collect(value, "")
    guard !collector.tensors.isEmpty else { throw .notTensors(found: value.kindName) }
    return collector.tensors
  }

  /// The pickle at a place, which moves behind it, and the storages that it names.
  private static func pickle(
    _ file: UnsafeRawBufferPointer, _ place: inout Int
  ) throws(PyTorchError) -> (value: PickleValue, storages: [String: (type: ElementType, count: Int)]) {
    let end = min(file.count, place + PyTorchFile.pickleLimit)
    guard place < end else { throw .malformed(at: place, reason: "the file ends before a pickle") }
    var reader = PickleReader(UnsafeRawBufferPointer(rebasing: file[place..<end]))
    let value = try reader.value()
    place += reader.end
    return (value, reader.storages)
  }
}
