/// The keys and values of one history in pages, and how many of its positions are queries of a step.
///
/// A page has room for ``PagedHistory/pageLength`` positions of all layers; where a layer's keys and values begin in it is
/// the same in all pages.
package struct PagedHistory {
  /// The positions of a page.
  package static let pageLength = 16

  /// Its pages in order.
  package let pages: UnsafePointer<UnsafeMutablePointer<Float>>
  /// How many positions come before the first query.
  package let past: Int
  /// How many queries it has.
  package let positions: Int

  /// Joins the three.
  package init(pages: UnsafePointer<UnsafeMutablePointer<Float>>, past: Int, positions: Int) {
    self.pages = pages
    self.past = past
    self.positions = positions
  }
}

/// Where one layer's keys and values are in a page, in numbers from its beginning: each pageLength × kvHeads × headSize.
package struct PagePlaces: Sendable {
  /// The beginning of the keys.
  package let keys: Int
  /// The beginning of the values.
  package let values: Int

  /// Joins the two.
  package init(keys: Int, values: Int) {
    self.keys = keys
    self.values = values
  }
}
