internal import CMCPrimitives

/// A number with four digits behind the point; as it is where that is no help.
func fourDecimals(_ value: Double) -> String {
  guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
  let scaled = Int(saturating: (abs(value) * 10_000).rounded())
  let digits = String(scaled % 10_000)
  let sign = value < 0 && scaled > 0 ? "−" : ""
  return "\(sign)\(scaled / 10_000)." + String(repeating: "0", count: 4 - digits.count) + digits
}
