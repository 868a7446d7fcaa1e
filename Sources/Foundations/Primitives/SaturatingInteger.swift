extension FixedWidthInteger {
  /// The integer towards zero of a number out of a file or a computation; beyond this type's range its nearest end, and 0
  /// for what is no number.
  ///
  /// `Int(_:)` ends the program there. `.ci/conversions` keeps it away from numbers that are not known to fit.
  package init(saturating number: some BinaryFloatingPoint) {
    if number.isNaN {
      self = 0
    } else if let fits = Self(exactly: number.rounded(.towardZero)) {
      self = fits
    } else {
      self = number < 0 ? .min : .max
    }
  }
}
