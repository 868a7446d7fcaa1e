internal import CMCPrimitives

/// Round numbers along an axis.
package enum Axis {
  /// Numbers from `low` to `high` at a spacing of 1, 2 or 5 times a power of ten; about `count` of them.
  package static func ticks(_ low: Double, _ high: Double, count: Int = 5) -> [Double] {
    guard high > low, (high - low).isFinite else { return [low] }
    let rough = (high - low) / Double(max(1, count))
    var power = 1.0
    while power > rough { power /= 10 }
    while power * 10 <= rough { power *= 10 }
    let spacing = [1.0, 2, 5, 10].map { $0 * power }.first { $0 >= rough } ?? rough
    var ticks: [Double] = []
    var index = (low / spacing).rounded(.up)
    while index * spacing <= high + spacing * 1e-9 {
      ticks.append(index * spacing)
      index += 1
    }
    return ticks
  }

  /// A tick's number with as many digits as its size wants, and a minus sign.
  package static func name(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    let size = value.magnitude
    if size > 0, size < 1e-4 || size >= 1e6 { return NumberText.significant(value, digits: 3) }
    var text = NumberText.fixed(size, digits: size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 4)
    if text.contains(".") {
      while text.hasSuffix("0") { text.removeLast() }
      if text.hasSuffix(".") { text.removeLast() }
    }
    return (value < 0 && text != "0" ? "−" : "") + text
  }
}
