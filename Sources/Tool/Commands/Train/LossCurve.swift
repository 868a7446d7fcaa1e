internal import CMCReporting
internal import CMCTraining

/// The losses of a run as a figure.
enum LossCurve {
  /// The most points of a curve; each is the mean of as many steps as it takes.
  private static let points = 120

  /// The curve as SVG.
  ///
  /// - Throws: What writing the figure throws.
  static func svg(_ lines: [LossLog.Line], title: String) throws -> [UInt8] {
    let width = max(1, (lines.count + points - 1) / points)
    let training = stride(from: 0, to: lines.count, by: width).map { first in
      let some = lines[first..<min(lines.count, first + width)]
      return (
        x: Double(some.reduce(0) { $0 + $1.step }) / Double(some.count),
        y: some.reduce(0) { $0 + $1.loss } / Double(some.count)
      )
    }
    var curves = [CurveFigure.Curve(name: "training", paint: .exact, points: training)]
    let validation = lines.compactMap { line in line.validationLoss.map { (x: Double(line.step), y: $0) } }
    if !validation.isEmpty {
      curves.append(CurveFigure.Curve(name: "validation", paint: .prefix, points: validation))
    }
    return try CurveFigure(title: title, xName: "step", curves: curves, isShare: false).figure.svg()
  }
}
