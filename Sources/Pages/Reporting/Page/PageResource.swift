/// The scripts and style sheets of the pages: the files of `Resources`, which the build puts into the program.
///
/// A page holds them byte for byte, so what stands in a file, comments too, is what a reader of the page gets. The
/// palette of the dark theme stands twice in `page.css`, for the system's choice and for the reader's: CSS has no way
/// to give one set of declarations to two media. A test holds the two equal.
package enum PageResource {
  /// All pages: light and dark, for screen and paper, with a palette that colour-blind people can tell apart by
  /// lightness alone.
  static let pageStyle = text(PackageResources.page_css)
  /// All pages: the choice between light and dark.
  static let pageScript = text(PackageResources.page_js)
  /// The table of all tokens.
  static let tokenTableStyle = text(PackageResources.token_table_css)
  /// The table of all tokens: search, filters, sort, rows made only where they are seen.
  static let tokenTableScript = text(PackageResources.token_table_js)
  /// The atlas.
  static let atlasStyle = text(PackageResources.atlas_css)
  /// The atlas: which share the matrix shows, and the pair that is pointed at or focused.
  static let atlasScript = text(PackageResources.atlas_js)
  /// Tables of a number for every pair, on several pages.
  package static let matrixTableStyle = text(PackageResources.matrix_table_css)
  /// The similarity pages.
  static let similarityStyle = text(PackageResources.similarity_css)
  /// The similarity page: the heat maps of the prompt that is chosen, with the token under the pointer.
  static let similarityScript = text(PackageResources.similarity_js)
  /// The page of a server.
  static let liveStyle = text(PackageResources.live_css)
  /// The page of a server: asks it for texts, token by token, and shows them.
  static let liveScript = stepScript + "\n" + text(PackageResources.live_js)
  /// The sweep's page.
  static let sweepStyle = text(PackageResources.sweep_css)
  /// The trace page.
  static let traceStyle = text(PackageResources.trace_css)
  /// The trace page: the lists of the step that is pointed at or focused.
  static let traceScript = stepScript + "\n" + text(PackageResources.trace_js)
  /// What both show of a step: the token, and the best of each model.
  private static let stepScript = text(PackageResources.step_js)

  /// The text of a file without the line end that closes it, which the page sets or leaves out itself.
  package static func text(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...], as: UTF8.self)
  }
}
