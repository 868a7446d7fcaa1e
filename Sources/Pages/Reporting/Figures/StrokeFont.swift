/// Letters drawn with a pen, for figures painted to pixels: no font has to be installed, and the same figure gives the
/// same bytes everywhere.
///
/// A glyph is a few strokes of points on a grid, two digits a point: x from the left and y upwards, with descenders at 0,
/// the base line at 2, small letters up to 7 and capitals up to 9. A stroke that begins with `~` is rounded (Chaikin's corner
/// cutting), one that ends with `o` is closed.
enum StrokeFont {
  /// Height of capitals in grid units.
  static let capitalHeight = 7.0
  /// What stands between two letters, in grid units.
  private static let gap = 1.75
  /// What a space takes, in grid units.
  private static let space = 2.6

  /// The strokes of a line of text that begins at 0, x to the right and y down from the base line, in units of `size`
  /// (the height of a line); and its width.
  static func strokes(_ text: String, size: Double) -> (strokes: [[Figure.Point]], width: Double) {
    let unit = size * 0.72 / capitalHeight
    var strokes: [[Figure.Point]] = []
    var x = 0.0
    for character in text {
      guard character != " " && character != "\u{202F}" && character != "\u{A0}" else {
        x += space
        continue
      }
      let glyph = parsed[character] ?? missing
      for stroke in glyph.strokes {
        strokes.append(stroke.map { Figure.Point((x + $0.x) * unit, -$0.y * unit) })
      }
      x += glyph.width + gap
    }
    return (strokes, max(0, x - gap) * unit)
  }

  private struct Glyph {
    var strokes: [[Figure.Point]]
    var width: Double
  }

  private static let missing = glyph("0232390902")
  private static let parsed: [Character: Glyph] = glyphs.mapValues(glyph)

  private static func glyph(_ text: String) -> Glyph {
    let strokes = text.split(separator: " ").map { part in
      let digits = part.compactMap(\.wholeNumberValue)
      let points = stride(from: 0, to: digits.count - 1, by: 2).map {
        Figure.Point(Double(digits[$0]), Double(digits[$0 + 1] - 2))
      }
      let isClosed = part.last == "o"
      return part.first == "~" ? rounded(points, isClosed: isClosed) : points
    }
    return Glyph(strokes: strokes, width: strokes.flatMap { $0.map(\.x) }.max() ?? 0)
  }

  /// Three turns of cutting every corner at a quarter of its sides.
  private static func rounded(_ points: [Figure.Point], isClosed: Bool) -> [Figure.Point] {
    var points = points
    for _ in 0..<3 {
      var cut: [Figure.Point] = isClosed ? [] : [points[0]]
      for place in 0..<(isClosed ? points.count : points.count - 1) {
        let (a, b) = (points[place], points[(place + 1) % points.count])
        cut.append(Figure.Point(a.x * 0.75 + b.x * 0.25, a.y * 0.75 + b.y * 0.25))
        cut.append(Figure.Point(a.x * 0.25 + b.x * 0.75, a.y * 0.25 + b.y * 0.75))
      }
      if !isClosed { cut.append(points[points.count - 1]) }
      points = cut
    }
    return isClosed ? points + [points[0]] : points
  }

  private static let glyphs: [Character: String] = [
    "0": "~02424909o", "1": "072922", "2": "~0709494602 0242", "3": "~09494616 ~16464202", "4": "32390444",
    "5": "490906 ~06464202", "6": "~490904 ~02424606o", "7": "094912", "8": "~06464909o ~02424606o",
    "9": "~05454909o ~474202",
    "a": "~02424707o 4742", "b": "0902 ~02424707o", "c": "~464707024243", "d": "4942 ~02424707o",
    "e": "0545 ~454707024243",
    "f": "~391912 0737", "g": "~02424707o ~474000", "h": "0902 ~05074742", "i": "0207 0909",
    "j": "~171000 1919",
    "k": "0902 4704 1542", "l": "0902", "m": "0702 ~05073732 ~35376762", "n": "0702 ~05074742",
    "o": "~02424707o",
    "p": "0700 ~02424707o", "q": "~02424707o 4740", "r": "0702 ~050737", "s": "~470705444202",
    "t": "~191232 0737",
    "u": "~07024245 4742", "v": "072247", "w": "0712365267", "x": "0742 0247", "y": "0722 4710",
    "z": "07470242",
    "A": "022942 1434", "B": "0209 ~09494606 ~06464202", "C": "~484909024243", "D": "0209 ~09494202",
    "E": "49090242 0636",
    "F": "490902 0636", "G": "~484909024245 4525", "H": "0902 4942 0646", "I": "0209", "J": "~39320203",
    "K": "0902 4905 1642",
    "L": "090242", "M": "0209356962", "N": "02094249", "O": "~02525909o", "P": "0209 ~09494505",
    "Q": "~02525909o 3352",
    "R": "0209 ~09494505 2542", "S": "~4849090645420203", "T": "0949 2922", "U": "~09024249", "V": "092249",
    "W": "0912375269", "X": "0942 0249", "Y": "092649 2622", "Z": "09490242",
    ".": "0202", ",": "1201", ":": "0202 0606", ";": "1201 1616", "-": "0535", "–": "0545", "−": "0545",
    "+": "0545 2327",
    "/": "0139", "(": "~29080321", ")": "~09282301", "%": "~06262909o ~32525535o 1249", "=": "0444 0646",
    "→": "0555 375533",
    "←": "0555 270523", "↔": "0555 270523 375533", "'": "0907", "\"": "0907 1917", "_": "0141", "·": "0505",
    "<": "380532", ">": "083502",
    "#": "1218 3238 0444 0646", "|": "0901", "[": "19090111", "]": "09191101", "?": "~0809393614 1212",
    "!": "0905 0202",
    "α": "~473202073742", "Δ": "02294202", "×": "0347 0743", "≤": "380634 0232", "≥": "083604 0232",
    "*": "2529 0628 0826",
    "&": "~4202051839290742",
  ]
}
