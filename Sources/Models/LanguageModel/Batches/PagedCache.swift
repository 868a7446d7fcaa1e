internal import CMCLinearAlgebra

/// The keys and values of the histories of a pass, in their pages.
final class PagedCache: KeyValueStore {
  /// Where pages come from.
  let pool: PagePool
  private let widths: [Int]
  /// Where each layer's keys begin in a page; its values follow them.
  private let offsets: [Int]
  /// The pages of the pass' histories, one history after another, and where each begins.
  private var pages: [UnsafeMutablePointer<Float>] = []
  private var starts: [Int] = []

  /// A cache that holds nothing.
  init(widths: [Int]) {
    self.widths = widths
    var next = 0
    offsets = widths.map { width in
      defer { next += 2 * PagedHistory.pageLength * width }
      return next
    }
    pool = PagePool(widths: widths)
  }

  /// Says whose pages the segments of the next pass have.
  func prepare(_ histories: [[CachePage]]) {
    pages.removeAll(keepingCapacity: true)
    starts.removeAll(keepingCapacity: true)
    for history in histories {
      starts.append(pages.count)
      for page in history { pages.append(page.start) }
    }
  }

  func keep(
    _ keys: UnsafePointer<Float>, _ values: UnsafePointer<Float>, layer: Int, _ segments: [PassSegment]
  ) {
    let (length, places, width) = (PagedHistory.pageLength, places(of: layer), widths[layer])
    var row = 0
    for (segment, start) in zip(segments, starts) {
      for position in segment.past..<segment.past + segment.count {
        let slot = pages[start + position / length] + position % length * width
        (slot + places.keys).update(from: keys + row * width, count: width)
        (slot + places.values).update(from: values + row * width, count: width)
        row += 1
      }
    }
  }

  func attend(
    _ queries: UnsafePointer<Float>, layer: Int, _ segments: [PassSegment], shape: AttentionShape,
    with engine: ComputeEngine, into out: UnsafeMutablePointer<Float>
  ) {
    pages.withUnsafeBufferPointer { pages in
      guard let base = pages.baseAddress else { return }
      let histories = zip(segments, starts).map { segment, start in
        PagedHistory(pages: base + start, past: segment.past, positions: segment.count)
      }
      engine.attention(queries, histories: histories, places: places(of: layer), shape: shape, into: out)
    }
  }

  private func places(of layer: Int) -> PagePlaces {
    PagePlaces(keys: offsets[layer], values: offsets[layer] + PagedHistory.pageLength * widths[layer])
  }
}
