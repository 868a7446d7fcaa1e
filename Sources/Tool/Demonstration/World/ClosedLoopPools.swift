import CMCPrimitives

/// The words that the text of the closed loop is made of: names that a model can only copy, and small closed classes.
///
/// Names, cities, items, dates and keys are parted: nine tenths are for training, the rest for tests alone, so that no
/// test holds a name that a model or a vocabulary has seen.
package struct ClosedLoopPools: Sendable {
  /// Which of the names are used.
  package enum Part: Sendable, Equatable {
    /// All that are for training.
    case training
    /// One half of those, 0 or 1.
    case half(Int)
    /// Those that only tests have.
    case test
  }

  let firstNames: [String]
  let lastNames: [String]
  let cities: [String]
  let items: [String]
  let dates: [String]
  let keys: [String]
  /// Words in other scripts: a closed class, in training and test alike.
  let marks: [String]

  static let jobs = [
    "cook", "baker", "judge", "pilot", "nurse", "farmer", "tailor", "painter", "miner", "sailor", "teacher",
    "driver", "singer", "builder", "doctor", "clerk", "hunter", "weaver", "guard", "writer",
  ]
  static let badges = [
    "🍄", "🌍", "🌊", "🌳", "🍎", "🍞", "⭐", "🐟", "🐦", "🏠", "⚓", "🔥", "🎉", "🚀", "💡", "🎈", "🐝", "🌵", "🍇", "🔔", "🎲",
    "🧭", "🪁", "🦊",
  ]
  static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
  ]
  private static let adjectives = [
    "clay", "tiny", "painted", "heavy", "golden", "wooden", "broken", "silver", "round", "striped", "plain",
    "soft",
    "narrow", "bright", "old", "new", "rusty", "glass", "paper", "woollen", "blue", "green", "yellow",
    "purple",
    "orange", "white", "black", "grey", "pink", "brown", "flat", "tall", "short", "thin", "thick", "smooth",
    "rough",
    "carved", "folded", "hollow", "sharp", "light", "dark", "iron",
  ]
  static let nouns = [
    "hammers", "pillows", "spoons", "knives", "bags", "hats", "books", "mirrors", "clocks", "baskets",
    "bottles",
    "boxes", "buttons", "candles", "chairs", "coats", "combs", "cups", "drums", "fans", "flags", "forks",
    "gloves",
    "jars", "kettles", "keys", "kites", "ladders", "lamps", "maps", "masks", "nails", "needles", "nets",
    "ovens",
    "pans", "pens", "pipes", "plates", "pots", "ropes", "rings", "saws", "shoes", "stamps", "stools",
    "tables",
    "towels", "trays", "wheels",
  ]

  /// The words of one part of the world that a seed makes.
  init(seed: UInt64, part: Part) {
    var random = SeededGenerator(seed: seed)
    let syllables = Self.syllables(&random)
    func word() -> String {
      syllables[random.below(syllables.count)] + syllables[random.below(syllables.count)]
    }
    func capital(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
    func distinct(_ count: Int, _ make: () -> String) -> [String] {
      var seen: Set<String> = []
      var list: [String] = []
      while list.count < count {
        let text = make()
        if seen.insert(text).inserted { list.append(text) }
      }
      return list
    }
    func choose(_ all: [String]) -> [String] {
      let training = all.prefix(all.count * 9 / 10)
      switch part {
      case .training: return Array(training)
      case .half(let half): return training.indices.filter { $0 % 2 == half }.map { training[$0] }
      case .test: return Array(all.dropFirst(training.count))
      }
    }
    let allFirst = distinct(3000) { capital(word()) }
    let allLast = distinct(4000) { capital(word()) }
    let endings = ["holm", "ville", "burg", "ton", "mar", "dale", ""]
    let allCities = distinct(2500) { capital(word()) + endings[random.below(endings.count)] }
    // A first name of a test may be the last name of someone in a training text, or a city: then the test has it not.
    let seen =
      part == .test
      ? Set([allFirst, allLast, allCities].flatMap { $0.prefix($0.count * 9 / 10) }) : []
    func unseen(_ words: [String]) -> [String] { choose(words).filter { !seen.contains($0) } }
    (firstNames, lastNames, cities) = (unseen(allFirst), unseen(allLast), unseen(allCities))
    var items = Self.adjectives.flatMap { adjective in Self.nouns.map { adjective + " " + $0 } }
    for index in stride(from: items.count - 1, to: 0, by: -1) { items.swapAt(index, random.below(index + 1)) }
    self.items = choose(items)
    dates = choose(
      distinct(4000) { "\(1 + random.below(28)) \(Self.months[random.below(12)]) \(1930 + random.below(70))" }
    )
    let letters = Array("abcdefghijklmnopqrstuvwxyz")
    keys = choose(
      distinct(3000) { "\(letters[random.below(26)])\(letters[random.below(26)])_\(10 + random.below(990))" })
    marks = Self.marks(&random)
  }

  private static func syllables(_ random: inout SeededGenerator) -> [String] {
    let onsets = [
      "b", "br", "d", "dr", "f", "fl", "g", "gr", "h", "k", "l", "m", "n", "p", "pl", "r", "s", "sh", "st",
      "t", "tr",
      "v", "w", "z",
    ]
    let vowels = ["a", "e", "i", "o", "u", "ai", "ea", "ou"]
    let codas = ["", "l", "n", "r", "s", "t", "nd", "rn", "nk", "m"]
    var all = onsets.flatMap { onset in vowels.flatMap { vowel in codas.map { onset + vowel + $0 } } }
    for index in stride(from: all.count - 1, to: 0, by: -1) { all.swapAt(index, random.below(index + 1)) }
    return Array(all.prefix(220))
  }

  /// Sixteen words of two or three syllables in each of four scripts.
  private static func marks(_ random: inout SeededGenerator) -> [String] {
    let scripts: [(consonants: [String], vowels: [String])] = [
      (["б", "д", "ф", "к", "л", "м", "н", "р", "с", "т"], ["а", "е", "и", "о", "у"]),
      (["β", "γ", "δ", "κ", "λ", "μ", "ν", "π", "ρ", "σ"], ["α", "ε", "ι", "ο", "υ"]),
      (["カ", "キ", "ク", "サ", "シ", "タ", "ト", "ナ", "ニ", "マ", "ミ", "ラ", "リ", "ロ"], [""]),
      (["ב", "ג", "ד", "ל", "מ", "נ", "ק", "ר", "ש", "ת"], ["א", "י", "ו", ""]),
    ]
    var words: [String] = []
    for script in scripts {
      var own: [String] = []
      while own.count < 16 {
        var word = ""
        for _ in 0..<2 + random.below(2) {
          word += script.consonants[random.below(script.consonants.count)]
          word += script.vowels[random.below(script.vowels.count)]
        }
        if !own.contains(word) { own.append(word) }
      }
      words += own
    }
    return words
  }
}
