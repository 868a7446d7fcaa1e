#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A fixed number of plain values for random access, in large pages of memory where the system has them.
///
/// A table of many megabytes that is looked at all over the place spends as much time on translating addresses as on
/// reading; with pages of two megabytes instead of four kilobytes that goes away. Elsewhere it is ordinary memory.
/// Filled once, then only read, so threads may share it.
package final class LargeBuffer<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  private static var pageSize: Int { 2 << 20 }

  /// The values.
  package let values: UnsafeBufferPointer<Element>

  /// Copies an array.
  package init(_ elements: [Element]) {
    let size = max(1, elements.count) * MemoryLayout<Element>.stride
    // Smaller tables fit the processor's own table of pages as they are.
    let alignment = size < Self.pageSize ? 64 : Self.pageSize
    let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: alignment)
    #if os(Linux)
      // Only advice: whatever it gives back, the memory is there.
      if alignment == Self.pageSize { _ = madvise(memory, size, MADV_HUGEPAGE) }
    #endif
    let start = memory.bindMemory(to: Element.self, capacity: elements.count)
    let buffer = UnsafeMutableBufferPointer(start: start, count: elements.count)
    _ = buffer.initialize(fromContentsOf: elements)
    values = UnsafeBufferPointer(buffer)
  }

  deinit { UnsafeRawPointer(values.baseAddress)?.deallocate() }
}
