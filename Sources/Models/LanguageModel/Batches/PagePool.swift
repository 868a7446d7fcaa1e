internal import CMCLinearAlgebra

/// Keys and values of ``PagedHistory/pageLength`` positions in all layers: for each layer keys, then values, each
/// [pageLength × width] of float32.
///
/// Histories that begin alike hold the same pages; the count of references is Swift's own. Whoever writes makes sure that
/// nobody else holds the page.
final class CachePage {
  /// The numbers.
  let start: UnsafeMutablePointer<Float>
  private let pool: PagePool

  fileprivate init(_ start: UnsafeMutablePointer<Float>, _ pool: PagePool) {
    self.start = start
    self.pool = pool
  }

  deinit { pool.takeBack(start) }

  /// A page with the same numbers.
  func copy() -> CachePage {
    let page = pool.page()
    page.start.update(from: start, count: pool.pageElements)
    return page
  }
}

/// Where pages come from and go to: memory follows what is used, but for a few pages that wait to be used again.
final class PagePool {
  /// The numbers of a page.
  let pageElements: Int
  /// How many pages are held.
  private(set) var used = 0
  private var free: [UnsafeMutablePointer<Float>] = []

  /// A pool without pages.
  init(widths: [Int]) { pageElements = 2 * PagedHistory.pageLength * widths.reduce(0, +) }

  deinit { for pointer in free { pointer.deallocate() } }

  /// The memory of all pages, those that wait included, in bytes.
  var bytes: Int { (used + free.count) * pageElements * MemoryLayout<Float>.stride }

  /// A page with any numbers.
  func page() -> CachePage {
    used += 1
    return CachePage(free.popLast() ?? .allocate(capacity: pageElements), self)
  }

  fileprivate func takeBack(_ start: UnsafeMutablePointer<Float>) {
    used -= 1
    // A text that ends makes room for the next one; what is beyond that goes back to the system.
    if free.count < 4 + used / 16 { free.append(start) } else { start.deallocate() }
  }
}
