import CMCControlledDecoding
import CMCLogitShift
import CMCMarkup
import Testing

@testable import CMCReporting

@Suite struct FigureTests {
  private func figures() throws -> [Figure] {
    let pages = try HostilePages()
    return [
      HistogramFigure(bins: [(1, 5), (3, 2), (40, 1)]).figure,
      HeatMapFigure(pages.heatMap, first: "first", second: "second").figure,
      try #require(SimilarityMatrixReport(pages.matrix).figure),
      CurveFigure(
        title: "x", xName: "α",
        curves: [.init(name: "c", paint: .exact, points: [(0, 0), (1, 0.5), (2, .nan)])],
        isShare: true
      ).figure,
    ]
  }

  @Test func svgIsXMLThatHoldsNoMarkupOfOthers() throws {
    for figure in try figures() {
      let document = try XMLDocument(parsing: figure.svg())
      let found = document.root
      let root = try #require(found)
      #expect(root.name == "svg")
      #expect(
        Set(root.flattened.map(\.name)).isSubset(of: [
          "svg", "title", "style", "rect", "polyline", "circle", "text", "image",
        ]))
      #expect(try figure.svg() == figure.svg())
      for element in root.flattened {
        for attribute in element.attributes { #expect(!attribute.value.contains("nan")) }
      }
    }
  }

  /// Signature, size and the end of the file; the pixels are libpng's affair.
  @Test func pngHasTheFiguresSize() throws {
    for figure in try figures() {
      let bytes = try figure.png(scale: 2)
      #expect(bytes.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
      let width = bytes[16..<20].reduce(0) { $0 << 8 | Int($1) }
      let height = bytes[20..<24].reduce(0) { $0 << 8 | Int($1) }
      #expect(width == Int((figure.width * 2).rounded(.up)))
      #expect(height == Int((figure.height * 2).rounded(.up)))
      #expect(bytes.suffix(8).prefix(4) == [0x49, 0x45, 0x4E, 0x44])
      #expect(bytes[24] == 8 && bytes[25] == 2, "red, green and blue of eight bits")
    }
  }

  /// Letters of ten pixels at least: below the width that this takes, the figure scrolls in a box that has a name.
  @Test func lettersOfAPageStayLegible() throws {
    for figure in try figures() {
      let sizes = figure.marks.compactMap { mark in
        if case .text(_, _, let size, _, _, _) = mark { size } else { nil }
      }
      let smallest = try #require(sizes.min())
      #expect(smallest * figure.leastWidth / figure.width >= 9.999, "\(figure.title)")
      let box = try figure.scrolling()
      #expect(box["tabindex"] == "0" && box["aria-label"] == figure.title)
      let drawn = try #require(box.flattened.first { $0.name == "svg" })
      let style = try #require(drawn["style"])
      let least = try #require(Double(style.dropFirst("--least:".count).prefix { $0 != "p" }), "\(style)")
      #expect(least >= figure.leastWidth && least < figure.leastWidth + 1)
    }
    #expect(Figure(width: 100, height: 9, title: "", summary: "").leastWidth == 0)
  }

  /// SVG knows one minus sign only.
  @Test func coordinatesHaveTheSignThatSVGReads() throws {
    var figure = Figure(width: 10, height: 10, title: "", summary: "")
    figure.line([(-2.5, -1), (3, 4)], .ink)
    let document = try XMLDocument(parsing: figure.svg())
    let found = document.root
    let root = try #require(found)
    #expect(root.flattened.compactMap { $0["points"] } == ["-2.5,-1 3,4"])
  }

  /// A dot over each step that was changed, whatever the height of its bar.
  @Test func changedStepsAreMarked() {
    let changes = [false, true, true, false]
    let steps = changes.enumerated().map { place, isChanged in
      GenerationTrace.Step(
        id: place, piece: "p\(place)", text: "t", match: "exact", score: 0,
        userLogProbability: place == 1 ? -0.01 : -5, deltaTerm: 0, isChanged: isChanged, isReencoded: false)
    }
    let trace = GenerationTrace(
      tool: "", user: "", deltas: [], mode: "", unmatched: "", prompt: "", text: "", stop: "", steps: steps)
    let figure = StepFigure(trace: trace).figure
    let dots = figure.marks.compactMap { mark in
      if case .dot(let at, _, _, let remark) = mark { (at.x, remark) } else { nil }
    }
    #expect(dots.map(\.1) == ["step 2: p1, −0.01, changed", "step 3: p2, −5.00, changed"])
    let bars = figure.marks.compactMap { mark in
      if case .rectangle(let at, let width, _, _, _) = mark { at.x..<at.x + width } else { nil }
    }
    #expect(dots.map { dot in bars.firstIndex { $0.contains(dot.0) } } == [1, 2])
    #expect(figure.summary.contains("2 of them changed"))
  }

  /// People count steps from 1.
  @Test func stepsOfAHeatMapCountFromOne() throws {
    let figure = HeatMapFigure(try HostilePages().heatMap, first: "a", second: "b").figure
    let names = figure.marks.compactMap { mark in
      if case .text(let at, let text, _, .end, _, _) = mark, at.x < 64 { text } else { nil }
    }
    #expect(names == ["1", "2", "4", "1", "2", "4"])
  }

  @Test func painterPutsMarksWhereTheyBelong() {
    var figure = Figure(width: 10, height: 10, title: "", summary: "")
    figure.rectangle(2, 3, 4, 2, .color(RGB(10, 20, 30)))
    let pixels = FigurePainter(figure, scale: 1, theme: .light).pixels
    for y in 0..<10 {
      for x in 0..<10 {
        let isInside = (2..<6).contains(x) && (3..<5).contains(y)
        #expect(pixels[x, y] == (isInside ? RGB(10, 20, 30) : RGB(255, 255, 255)))
      }
    }
    figure.marks = []
    figure.rectangle(0.5, 0, 1, 1, .color(RGB(0, 0, 0)))
    let half = FigurePainter(figure, scale: 1, theme: .light).pixels
    #expect(
      half[0, 0] == RGB(128, 128, 128) && half[1, 0] == RGB(128, 128, 128) && half[2, 0] == RGB(255, 255, 255)
    )
  }

  @Test func marksBeyondTheEdgesAreCut() {
    var figure = Figure(width: 4, height: 4, title: "", summary: "")
    figure.rectangle(-100, -100, 1000, 1000, .color(RGB(1, 2, 3)))
    figure.line([(-50, -50), (50, 50)], .ink, width: 3)
    figure.text(-20, 900, "far", size: 12)
    figure.marks.append(
      .image(Figure.Point(-1, -1), width: 2, height: 2, Pixels(width: 1, height: 1, RGB(9, 9, 9))))
    let pixels = FigurePainter(figure, scale: 1, theme: .light).pixels
    #expect(pixels[0, 3] == RGB(1, 2, 3))
    #expect(pixels[0, 0] == RGB(9, 9, 9))
  }

  @Test func scaleIsLightInTheMiddleAndDarkerOutwards() {
    let lightness = { (color: RGB) in
      0.2126 * Double(color.red) + 0.7152 * Double(color.green) + 0.0722 * Double(color.blue)
    }
    let colors = DivergingScale.table(101).map(lightness)
    for place in 1...50 {
      #expect(colors[place] >= colors[place - 1], "below 0, \(place)")
      #expect(colors[100 - place] >= colors[101 - place], "above 0, \(place)")
    }
    #expect(DivergingScale.color(.nan, limit: 1) == DivergingScale.color(0, limit: 1))
    #expect(DivergingScale.color(5, limit: 1) == DivergingScale.color(1, limit: 1))
    #expect(DivergingScale.color(1, limit: 0) == DivergingScale.color(0, limit: 1))
  }

  @Test func everyIntervalOfACurveHasItsWhisker() {
    func lines(_ intervals: [(low: Double, high: Double)]) -> [[Figure.Point]] {
      CurveFigure(
        title: "x", xName: "α",
        curves: [
          .init(name: "a", paint: .exact, points: [(0, 0.5), (1, 0.5)], intervals: intervals),
          .init(name: "b", paint: .prefix, points: [(0, 0.5), (1, 0.5)], intervals: intervals),
        ], isShare: true
      ).figure.marks.compactMap { mark in
        if case .line(let points, _, width: 1.2) = mark { points } else { nil }
      }
    }
    #expect(lines([]).isEmpty)
    let whiskers = lines([(0, 1), (0.25, .infinity)])
    // One that is not finite has none; the others are a line with two ends, from the bottom of the figure to its top.
    #expect(whiskers.count == 6)
    #expect(whiskers[0].map(\.y) == [270, 50])
    #expect(whiskers[0][0].x < whiskers[3][0].x)
  }

  @Test func barsOfAHistogramAddUp() {
    let bins = (1...60).map { (distance: $0, count: $0 % 7) }
    let bars = HistogramFigure(bins: bins).bars
    #expect(bars.reduce(0) { $0 + $1.count } == bins.reduce(0) { $0 + $1.count })
    #expect(bars.last?.name == "14+")
    #expect(bars.dropLast().map(\.count) == (1...13).map { $0 % 7 }, "each distance has its own bar")
    #expect(HistogramFigure(bins: []).bars.isEmpty)
  }

  @Test func ticksAreRoundAndWithin() {
    #expect(Axis.ticks(0, 1).map(Axis.name) == ["0", "0.2", "0.4", "0.6", "0.8", "1"])
    #expect(Axis.ticks(-7.3, 7.3, count: 6).map(Axis.name) == ["−5", "0", "5"])
    #expect(Axis.ticks(3, 3) == [3])
    for high in [0.001, 0.7, 3, 42, 1999, 5e7] {
      let ticks = Axis.ticks(0, high)
      #expect((2...12).contains(ticks.count), "\(high): \(ticks)")
      #expect(ticks.allSatisfy { $0 >= 0 && $0 <= high * 1.000001 })
    }
  }

  @Test func everyCharacterOfPlainTextHasItsGlyph() {
    let missing = StrokeFont.strokes("\u{7}", size: 10).strokes
    let plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,:;-−+/()%=→↔'_<>#α×"
    for character in plain {
      let strokes = StrokeFont.strokes(String(character), size: 10).strokes
      #expect(!strokes.isEmpty && strokes != missing, "\(character)")
    }
    let (one, two) = (StrokeFont.strokes("a", size: 10).width, StrokeFont.strokes("aa", size: 10).width)
    #expect(two > 2 * one)
    #expect(StrokeFont.strokes("", size: 10).width == 0)
  }
}
