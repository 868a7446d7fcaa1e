internal import CMCUTF8Proc

/// A normalisation form of Unicode Standard Annex 15.
///
/// The work is done by utf8proc; Swift's standard library keeps its own to itself, and Foundation's brings ICU's 40 MB.
package enum NormalizationForm: Sendable, Hashable {
  /// Canonical composition.
  case nfc
  /// Canonical decomposition.
  case nfd
  /// Compatibility composition.
  case nfkc
  /// Compatibility decomposition.
  case nfkd

  /// The version of Unicode that the library knows.
  package static var unicodeVersion: String { String(cString: utf8proc_unicode_version()) }

  private var options: utf8proc_option_t {
    let flags: UInt32 =
      switch self {
      case .nfc: UTF8PROC_COMPOSE.rawValue
      case .nfd: UTF8PROC_DECOMPOSE.rawValue
      case .nfkc: UTF8PROC_COMPOSE.rawValue | UTF8PROC_COMPAT.rawValue
      case .nfkd: UTF8PROC_DECOMPOSE.rawValue | UTF8PROC_COMPAT.rawValue
      }
    return utf8proc_option_t(rawValue: flags | UTF8PROC_STABLE.rawValue)
  }

  /// Whether the form can change a text at all; a quick look that may say yes where nothing changes.
  package func mayChange(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    // The first characters with a canonical mapping are C3 80 (À); compatibility begins at C2 A0.
    let first: UInt8 = self == .nfc || self == .nfd ? 0xC3 : 0xC2
    return text.contains { $0 >= first }
  }

  /// Normalises well-formed UTF-8 part by part.
  ///
  /// - Parameters:
  ///   - text: Well-formed UTF-8.
  ///   - inert: Characters that an older version of Unicode did not know, as ascending ranges given by first and last:
  ///     they stay as they are, and nothing moves past them.
  ///   - keep: Called with a range that stays as it is.
  ///   - change: Called with a range and what it becomes.
  /// - Complexity: O(bytes).
  package func rewrite(
    _ text: UnsafeBufferPointer<UInt8>, inert: [UInt32] = [], keep: (Range<Int>) -> Void,
    change: (Range<Int>, UnsafeBufferPointer<UInt8>) -> Void
  ) {
    var kept = 0
    var start = 0
    while start < text.count {
      let (length, isInert) = segment(text, from: start, inert: inert)
      if !isInert {
        normalize(UnsafeBufferPointer(rebasing: text[start..<start + length])) { result in
          if !result.elementsEqual(text[start..<start + length]) {
            if kept < start { keep(kept..<start) }
            change(start..<start + length, result)
            kept = start + length
          }
        }
      }
      start += length
    }
    if kept < text.count { keep(kept..<text.count) }
  }

  /// A character and what may combine with it: its length, and whether the form leaves it alone for certain.
  private func segment(
    _ text: UnsafeBufferPointer<UInt8>, from start: Int, inert: [UInt32]
  ) -> (length: Int, isInert: Bool) {
    var isInert = true
    var place = start
    while place < text.count {
      if text[place] < 0x80 {
        if place > start { break }
        place += 1
        continue
      }
      var scalar: Int32 = 0
      let step = utf8proc_iterate(text.baseAddress.map { $0 + place }, text.count - place, &scalar)
      if step > 0, Self.contains(inert, UInt32(bitPattern: scalar)) {
        if place > start { break }
        return (step, true)
      }
      guard step > 0, let property = utf8proc_get_property(scalar) else { return (1, true) }
      let category = UInt32(property.pointee.category)
      let isMark = category >= UTF8PROC_CATEGORY_MN.rawValue && category <= UTF8PROC_CATEGORY_ME.rawValue
      let joins =
        property.pointee.combining_class != 0 || isMark || (0x1161...0x1175).contains(scalar)
        || (0x11A8...0x11C2).contains(scalar)
      if place > start, !joins { break }
      let isSyllable = (0xAC00...0xD7A3).contains(scalar)
      let decomposes =
        isSyllable || property.pointee.decomp_seqindex != UInt16.max
      if joins || (decomposes && !(isSyllable && (self == .nfc || self == .nfkc))) { isInert = false }
      place += step
    }
    return (max(1, place - start), isInert)
  }

  private static func contains(_ ranges: [UInt32], _ scalar: UInt32) -> Bool {
    guard let first = ranges.first, scalar >= first else { return false }
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle] <= scalar { low = middle + 1 } else { high = middle }
    }
    return low % 2 == 1 || ranges[low - 1] == scalar
  }

  private func normalize(_ segment: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void)
  {
    var result: UnsafeMutablePointer<UInt8>?
    let count = utf8proc_map(segment.baseAddress, segment.count, &result, options)
    defer { free(result) }
    if count >= 0, let result {
      body(UnsafeBufferPointer(start: result, count: count))
    } else {
      body(segment)
    }
  }
}

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif
