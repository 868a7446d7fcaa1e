/// Numbers as people read them, the same in tables, pages and figures; what is less than 0 has a true minus sign.
package enum NumberText {
  /// A number with groups of three behind thin gaps: 32 000.
  package static func grouped(_ number: Int) -> String {
    let digits = Array(String(number.magnitude))
    var groups: [String] = []
    var end = digits.count
    while end > 0 {
      groups.insert(String(digits[max(0, end - 3)..<end]), at: 0)
      end -= 3
    }
    return (number < 0 ? "−" : "") + groups.joined(separator: " ")
  }

  /// The number of a step, a prompt or the like whose place is counted from 0: people count from 1.
  ///
  /// Places may come from a file: one that has no next number stays as it is.
  package static func counted(_ place: Int) -> String { place < .max ? "\(place + 1)" : "\(place)" }

  /// A share of a whole in per cent, or a dash.
  package static func percent(_ share: Double?, digits: Int = 2) -> String {
    guard let share else { return "–" }
    return fixed(share * 100, digits: digits) + " %"
  }

  /// A number with so many digits that count: all numbers of a table whose sizes differ, as distances and probabilities.
  ///
  /// What would begin with six zeros, or is larger than a million, has an exponent. Nothing, and what is no number, is a
  /// dash.
  package static func significant(_ number: Double?, digits: Int = 4) -> String {
    guard let number, !number.isNaN else { return "–" }
    let sign = number < 0 ? "−" : ""
    guard number.isFinite else { return sign + "∞" }
    guard number != 0 else { return "0" }
    var (mantissa, exponent) = (number.magnitude, 0)
    while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    // 9.9996 has five digits where it is written with three behind the point.
    if fixed(mantissa, digits: digits - 1).hasPrefix("10") {
      (mantissa, exponent) = (mantissa / 10, exponent + 1)
    }
    if (-6...6).contains(exponent) { return fixed(number, digits: max(0, digits - 1 - exponent)) }
    return "\(sign)\(fixed(mantissa, digits: digits - 1))e\(exponent < 0 ? "−" : "")\(exponent.magnitude)"
  }

  /// A probability that a test gives: three digits that count, however small it is.
  package static func probability(_ p: Double?) -> String { significant(p, digits: 3) }

  /// A number with a fixed number of digits behind the point.
  package static func fixed(_ number: Double, digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = (number.magnitude * scale).rounded()
    guard scaled < 1e15 else { return "\(number)".replacing("-", with: "−") }
    let whole = Int(scaled)
    let sign = number < 0 && whole > 0 ? "−" : ""
    guard digits > 0 else { return sign + String(whole) }
    let text = String(repeating: "0", count: max(0, digits + 1 - String(whole).count)) + String(whole)
    return sign + text.dropLast(digits) + "." + text.suffix(digits)
  }
}
