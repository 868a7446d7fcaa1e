/// Numbers as people read them, the same in tables, pages and figures.
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
    return (number < 0 ? "-" : "") + groups.joined(separator: " ")
  }

  /// A share of a whole in per cent, or a dash.
  package static func percent(_ share: Double?, digits: Int = 2) -> String {
    guard let share else { return "–" }
    return fixed(share * 100, digits: digits) + " %"
  }

  /// A number with a fixed number of digits behind the point.
  package static func fixed(_ number: Double, digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = (number.magnitude * scale).rounded()
    guard scaled < 1e15 else { return "\(number)" }
    let whole = Int(scaled)
    let sign = number < 0 && whole > 0 ? "-" : ""
    guard digits > 0 else { return sign + String(whole) }
    let text = String(repeating: "0", count: max(0, digits + 1 - String(whole).count)) + String(whole)
    return sign + text.dropLast(digits) + "." + text.suffix(digits)
  }
}
