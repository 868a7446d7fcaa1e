internal import CMCPrimitives

/// A table of text with aligned columns, for terminals.
struct TextTable {
  /// On which side a column is flush.
  enum Alignment {
    case left, right
  }

  private let columns: [(title: String, alignment: Alignment)]
  private var rows: [[String]] = []

  /// A table with the given columns; without titles where all are empty.
  init(_ columns: [(String, Alignment)]) { self.columns = columns.map { (title: $0.0, alignment: $0.1) } }

  /// Adds a row; cells that are missing are empty, and names in them are shown as a terminal may have them.
  mutating func add(_ cells: [String]) { rows.append(cells.map { terminalText($0) }) }

  /// The lines of the table, each ended by a line feed.
  ///
  /// Where the terminal is narrower, columns are left out: the last one first, and never the first two; then the widest
  /// column of text is cut. A line behind the table names what was left out, and counts what has no name.
  ///
  /// - Parameters:
  ///   - indent: How many blanks each line begins with.
  ///   - width: The cells that a line may take, 60 at least; all that are needed where there is no terminal.
  func text(indent: Int = 0, width: Int? = TerminalWidth.current) -> String {
    let titles = columns.map(\.title)
    let all = (titles.allSatisfy(\.isEmpty) ? [] : [titles]) + rows
    var widths = columns.indices.map { column in
      all.map { column < $0.count ? displayWidth($0[column]) : 0 }.max() ?? 0
    }
    var shown = columns.count
    if let limit = width.map({ max($0, TerminalWidth.least) - indent }) {
      while shown > 2, Self.total(widths[..<shown]) > limit { shown -= 1 }
      let excess = Self.total(widths[..<shown]) - limit
      let wide = (0..<shown).filter { columns[$0].alignment == .left }.max { widths[$0] < widths[$1] }
      if excess > 0, let wide { widths[wide] = max(8, widths[wide] - excess) }
    }
    let lines = all.map { row in
      var line = String(repeating: " ", count: indent)
      for (column, cell) in row.enumerated() where column < shown {
        let cell = shortened(cell, to: widths[column])
        let padding = String(repeating: " ", count: max(0, widths[column] - displayWidth(cell)))
        line += columns[column].alignment == .right ? padding + cell : cell + padding
        line += "  "
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }
    return lines.joined() + leftOut(titles[shown...], indent)
  }

  private static func total(_ widths: ArraySlice<Int>) -> Int { widths.reduce(0) { $0 + $1 + 2 } - 2 }

  private func leftOut(_ titles: ArraySlice<String>, _ indent: Int) -> String {
    guard !titles.isEmpty else { return "" }
    let names = titles.filter { !$0.isEmpty }
    let unnamed = titles.count - names.count
    let more = unnamed == 0 ? [] : ["\(unnamed) more \(unnamed == 1 ? "column" : "columns")"]
    let what = (names + more).joined(separator: ", ")
    return String(repeating: " ", count: indent) + "(the terminal is too narrow for: \(what))\n"
  }

  /// The rows as tab-separated values, with the titles first.
  func tabSeparated() -> String {
    ([columns.map(\.title)] + rows).map { $0.joined(separator: "\t") + "\n" }.joined()
  }
}

/// How many terminal cells a text takes: none for combining marks, two for wide East Asian characters and emoji.
func displayWidth(_ text: String) -> Int {
  var width = 0
  for scalar in text.unicodeScalars {
    switch scalar.value {
    case 0..<0x300: width += 1
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,
      0x20000...0x3FFFD:
      width += 2
    default:
      switch scalar.properties.generalCategory {
      case .nonspacingMark, .enclosingMark, .format: break
      default: width += 1
      }
    }
  }
  return width
}

/// A number with thin groups of three: 32 000.
func grouped(_ number: Int) -> String { NumberText.grouped(number) }

/// A share of a whole in per cent with two digits, or a dash.
func percent(_ share: Double?) -> String { NumberText.percent(share) }

/// A number with a fixed number of digits behind the point.
func fixed(_ number: Double, digits: Int) -> String { NumberText.fixed(number, digits: digits) }
