internal import CMCLinearAlgebra
internal import CMCPrimitives

/// The bytes of a tensor in memory of their own, where the file's cannot be computed with as they lie.
///
/// The file's pages that were read for it are given back to the system at once: what stays in memory is one copy.
/// GPT-2's files of the hub store a product's weights as inputs × outputs, everything else as outputs × inputs. Such a
/// matrix is turned once when the model is loaded. Files of early writers have floats at odd addresses: these are moved.
final class OwnedStorage: Sendable {
  nonisolated(unsafe) private let storage: UnsafeMutableRawPointer
  private let size: Int

  /// Turns a tensor of `[inputs, outputs]` with elements of 2 or 4 bytes into `outputs × inputs`.
  ///
  /// - Complexity: O(elements), in tiles that fit the cache.
  init(turning tensor: StoredTensor) {
    let (rows, columns) = (tensor.shape[0], tensor.shape[1])
    size = tensor.bytes.count
    storage = .allocate(byteCount: max(1, size), alignment: 64)
    if let base = tensor.bytes.baseAddress {
      switch tensor.type {
      case .f32: Self.turn(UInt32.self, base, storage, rows: rows, columns: columns)
      default: Self.turn(UInt16.self, base, storage, rows: rows, columns: columns)
      }
    }
    tensor.file.forget(tensor.offset..<tensor.offset + size)
  }

  /// Copies a range of a file, which must lie inside it, to an aligned place.
  init(copying range: Range<Int>, of file: MappedFile) {
    size = range.count
    storage = .allocate(byteCount: max(1, size), alignment: 64)
    UnsafeMutableRawBufferPointer(start: storage, count: size).copyMemory(from: file.slice(range))
    file.forget(range)
  }

  /// Memory of a size, to be filled before it is shared.
  init(bytes: Int) {
    size = bytes
    storage = .allocate(byteCount: max(1, bytes), alignment: 64)
  }

  /// Copies bytes to an aligned place.
  init(copying bytes: UnsafeRawBufferPointer) {
    size = bytes.count
    storage = .allocate(byteCount: max(1, size), alignment: 64)
    UnsafeMutableRawBufferPointer(start: storage, count: size).copyMemory(from: bytes)
  }

  deinit { storage.deallocate() }

  /// Where the memory begins.
  var start: UnsafeMutableRawPointer { storage }

  /// The turned matrix's bytes, valid while this object lives.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: storage, count: size) }

  private static func turn<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type, _ from: UnsafeRawPointer, _ to: UnsafeMutableRawPointer, rows: Int, columns: Int
  ) {
    let tile = 32
    let size = MemoryLayout<T>.size
    for top in stride(from: 0, to: rows, by: tile) {
      for left in stride(from: 0, to: columns, by: tile) {
        for column in left..<min(columns, left + tile) {
          for row in top..<min(rows, top + tile) {
            let value = from.loadUnaligned(fromByteOffset: (row &* columns &+ column) &* size, as: T.self)
            to.storeBytes(of: value, toByteOffset: (column &* rows &+ row) &* size, as: T.self)
          }
        }
      }
    }
  }
}
