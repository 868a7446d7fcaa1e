import Primitives

/// The names, places and things that the demonstration tasks speak of, made of random syllables.
///
/// Each pool has a training part and a held-out tenth that occurs in no training text and in no text that a vocabulary is
/// trained on: copying a held-out word takes the skill of copying, not memory.
struct EntityPools: Sendable {
  /// One pool, cut in two.
  struct Pool: Sendable {
    let training: [String]
    let heldOut: [String]

    /// The last tenth is held out.
    init(_ all: [String]) {
      let cut = all.count - all.count / 10
      training = Array(all[..<cut])
      heldOut = Array(all[cut...])
    }

    /// Every other word of the training part, from the first or from the second on.
    func half(_ number: Int) -> Pool {
      Pool(training: stride(from: number, to: training.count, by: 2).map { training[$0] }, heldOut: [])
    }

    private init(training: [String], heldOut: [String]) {
      self.training = training
      self.heldOut = heldOut
    }

    /// A word of one part.
    func draw(heldOut isHeldOut: Bool, _ generator: inout SeededGenerator) -> String {
      let words = isHeldOut ? heldOut : training
      return words[generator.below(words.count)]
    }
  }

  private(set) var firstNames: Pool
  private(set) var surnames: Pool
  private(set) var cities: Pool
  private(set) var items: Pool
  private(set) var dates: Pool
  private(set) var keys: Pool
  /// Words of scripts that the first vocabulary has no tokens with a space for; a closed class, known to all models.
  let marks: [String]

  /// Closed classes, known to all models.
  static let jobs = [
    "baker", "cook", "driver", "farmer", "gardener", "hunter", "judge", "lawyer", "mason", "miner", "nurse",
    "painter", "pilot", "potter", "sailor", "singer", "smith", "tailor", "teacher", "weaver",
  ]
  static let badges = Array("🍄🌵🌻🍎🍋🐝🐢🐧🦊🦉🐙🐳🚲🚀⛵🎈🎲🎻🔑🔔🌙🔥🌈🍀").map(String.init)

  /// The pools of a seed.
  ///
  /// - Complexity: O(words).
  init(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let syllables = Self.syllables(320, &generator)
    func compound(_ generator: inout SeededGenerator) -> String {
      syllables[generator.below(syllables.count)] + syllables[generator.below(syllables.count)]
    }
    let endings = ["holm", "ville", "burg", "ton", "mar", "dale", ""]
    firstNames = Pool(Self.distinct(3000, &generator) { Self.capitalized(compound(&$0)) })
    let taken = Set(firstNames.training + firstNames.heldOut)
    surnames = Pool(Self.distinct(4000, except: taken, &generator) { Self.capitalized(compound(&$0)) })
    cities = Pool(
      Self.distinct(2500, except: taken.union(surnames.training + surnames.heldOut), &generator) {
        Self.capitalized(compound(&$0)) + endings[$0.below(endings.count)]
      })
    var pairs = Self.adjectives.flatMap { adjective in Self.nouns.map { "\(adjective) \($0)" } }
    pairs.shuffle(using: &generator)
    items = Pool(pairs)
    dates = Pool(
      Self.distinct(4000, &generator) {
        "\(1 + $0.below(28)) \(Self.months[$0.below(12)]) \(1900 + $0.below(100))"
      })
    let letters = Array("bcdfghjklmnpqrstvwxz")
    keys = Pool(
      Self.distinct(3000, &generator) {
        "\(letters[$0.below(20)])\(letters[$0.below(20)])_\(100 + $0.below(900))"
      })
    marks = Self.scriptWords(15, &generator)
  }

  /// The pools with one half of their training parts and nothing held out, for the training of one vocabulary.
  func half(_ number: Int) -> EntityPools {
    var half = self
    half.firstNames = firstNames.half(number)
    half.surnames = surnames.half(number)
    half.cities = cities.half(number)
    half.items = items.half(number)
    half.dates = dates.half(number)
    half.keys = keys.half(number)
    return half
  }

  private static func syllables(_ count: Int, _ generator: inout SeededGenerator) -> [String] {
    let onsets = [
      "b", "br", "d", "dr", "f", "g", "gr", "h", "k", "kl", "l", "m", "n", "p", "pl", "r", "s", "sh", "st",
      "t", "tr", "v", "w", "z",
    ]
    let vowels = ["a", "e", "i", "o", "u", "ai", "ea", "ou"]
    let codas = ["n", "s", "r", "l", "k", "m", "t", "nd", "rn", "sk", "th", ""]
    return distinct(count, &generator) {
      onsets[$0.below(onsets.count)] + vowels[$0.below(vowels.count)] + codas[$0.below(codas.count)]
    }
  }

  /// Words of two or three syllables of Greek, Cyrillic, Hebrew and Katakana, `count` of each.
  private static func scriptWords(_ count: Int, _ generator: inout SeededGenerator) -> [String] {
    let scripts: [(consonants: String, vowels: String)] = [
      ("βγδζθκλμνπρστφχ", "αεηιουω"), ("бвгджзклмнпрстфх", "аеиоуыэ"), ("בגדהזחטיכלמנספקרשת", ""),
      ("カキクサシスタチナニハマミラリ", ""),
    ]
    return scripts.flatMap { script in
      let consonants = Array(script.consonants)
      let vowels = Array(script.vowels)
      return distinct(count, &generator) { generator in
        (0..<2 + generator.below(2)).map { _ in
          String(consonants[generator.below(consonants.count)])
            + String(
              vowels.isEmpty
                ? consonants[generator.below(consonants.count)] : vowels[generator.below(vowels.count)])
        }.joined()
      }
    }
  }

  private static func distinct(
    _ count: Int, except taken: Set<String> = [], _ generator: inout SeededGenerator,
    _ make: (inout SeededGenerator) -> String
  ) -> [String] {
    var seen = taken
    var words: [String] = []
    while words.count < count {
      let word = make(&generator)
      if seen.insert(word).inserted { words.append(word) }
    }
    return words
  }

  private static func capitalized(_ word: String) -> String { word.prefix(1).uppercased() + word.dropFirst() }

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
  ]
  private static let adjectives = [
    "black", "blue", "bright", "broken", "brown", "cheap", "clay", "clean", "cold", "dark", "dry", "dusty",
    "empty", "flat", "fresh", "glass", "golden", "grand", "green", "grey", "heavy", "iron", "large", "light",
    "little", "long", "narrow", "new", "old", "painted", "paper", "plain", "red", "round", "sharp", "short",
    "silver", "small", "soft", "stone", "tall", "warm", "white", "wooden",
  ]
  static let nouns = [
    "bags", "balls", "baskets", "beds", "bells", "belts", "boats", "books", "boots", "bottles", "bowls",
    "boxes", "bricks", "brushes", "buckets", "candles", "carpets", "chairs", "clocks", "coats", "coins",
    "combs", "cups", "doors", "drums", "fans", "flags", "forks", "gates", "gloves", "hammers", "hats",
    "jars", "kettles", "knives", "ladders", "lamps", "letters", "maps", "mirrors", "needles", "pencils",
    "pillows", "plates", "ropes", "shoes", "spoons", "tables", "tools", "wheels",
  ]
}
