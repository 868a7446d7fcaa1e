/// A day, as `strftime_now` writes it.
package struct TemplateDay: Sendable, Equatable {
  /// The year, from 1 to 9999.
  package let year: Int
  /// The month, from 1.
  package let month: Int
  /// The day of the month, from 1.
  package let day: Int

  /// The first day of 1970, for what has no day of its own.
  package static let epoch = TemplateDay(days: 0)

  /// The day that comes so many days after the first of 1970.
  package init(days: Int) {
    var rest = max(0, days)
    var year = 1970
    while year < 9999, rest >= (Self.isLeap(year) ? 366 : 365) {
      rest -= Self.isLeap(year) ? 366 : 365
      year += 1
    }
    var month = 1
    while month < 12, rest >= Self.days(in: month, of: year) {
      rest -= Self.days(in: month, of: year)
      month += 1
    }
    self.year = year
    self.month = month
    day = min(rest + 1, 31)
  }

  /// A day that there is; nil for another.
  package init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1, day <= Self.days(in: month, of: year)
    else {
      return nil
    }
    self.year = year
    self.month = month
    self.day = day
  }

  /// A day as `YYYY-MM-DD`; nil for anything else.
  package init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard text.utf8.count == 10, parts.map(\.utf8.count) == [4, 2, 2],
      parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// `YYYY-MM-DD`.
  package var iso: String { "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))" }

  private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  private static func days(in month: Int, of year: Int) -> Int {
    month == 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  private static func padded(_ number: Int, _ width: Int, _ fill: String = "0") -> String {
    let text = "\(number)"
    return String(repeating: fill, count: max(0, width - text.count)) + text
  }

  /// The day of the year, from 1.
  private var place: Int { (1..<month).reduce(day) { $0 + Self.days(in: $1, of: year) } }

  /// The day of the week, from Sunday, 0.
  private var weekday: Int {
    let before = year - 1
    return (before + before / 4 - before / 100 + before / 400 + place) % 7
  }

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November",
    "December",
  ]
  private static let weekdays = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
  ]

  /// The day in a form of `strftime`, in English; nil where the form wants a time or is not known.
  func text(_ form: String) -> String? {
    var result = ""
    var rest = form.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "%" else {
        result.unicodeScalars.append(scalar)
        continue
      }
      guard var letter = rest.popFirst() else { return nil }
      let isBare = letter == "-"
      if isBare {
        guard let next = rest.popFirst() else { return nil }
        letter = next
      }
      guard let part = part(letter, isBare: isBare) else { return nil }
      result += part
    }
    return result
  }

  private func part(_ letter: Unicode.Scalar, isBare: Bool) -> String? {
    func number(_ value: Int, _ width: Int, _ fill: String = "0") -> String {
      isBare ? "\(value)" : Self.padded(value, width, fill)
    }
    switch letter {
    case "d": return number(day, 2)
    case "e": return number(day, 2, " ")
    case "m": return number(month, 2)
    case "y": return number(year % 100, 2)
    case "j": return number(place, 3)
    case "C": return number(year / 100, 2)
    case "U": return number((place + 6 - weekday) / 7, 2)
    case "W": return number((place + 6 - (weekday + 6) % 7) / 7, 2)
    default: break
    }
    if isBare { return nil }
    switch letter {
    // As the C library writes it: without zeros before a year of fewer than four digits.
    case "Y": return "\(year)"
    case "B": return Self.months[month - 1]
    case "b", "h": return String(Self.months[month - 1].prefix(3))
    case "A": return Self.weekdays[weekday]
    case "a": return String(Self.weekdays[weekday].prefix(3))
    case "u": return "\(weekday == 0 ? 7 : weekday)"
    case "w": return "\(weekday)"
    case "F": return "\(year)-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
    case "D", "x": return "\(Self.padded(month, 2))/\(Self.padded(day, 2))/\(Self.padded(year % 100, 2))"
    case "%": return "%"
    case "n": return "\n"
    case "t": return "\t"
    default: return nil
    }
  }
}
