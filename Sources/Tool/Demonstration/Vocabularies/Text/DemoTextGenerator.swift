import CMCPrimitives

/// Writes reproducible text in many scripts out of word lists and templates.
///
/// It is no language, but it has what a tokenizer's training needs: frequent and rare words, endings, punctuation,
/// digits, code, emoji and runs of white space. The same seed gives the same text on every machine.
struct DemoTextGenerator {
  private var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// A paragraph, ending with a line feed.
  mutating func paragraph(_ style: DemoTextStyle) -> String {
    switch style {
    case .prose(let words): prose(words)
    case .names: names()
    case .code: code()
    case .figures: figures()
    case .chat: chat()
    }
  }

  /// Whether something happens that happens once in `times`.
  private mutating func once(in times: Int) -> Bool { random.below(times) == 0 }

  private mutating func pick<T>(_ choices: [T]) -> T { choices[random.below(choices.count)] }

  /// A choice by which the front of the list comes far more often than its end.
  private mutating func pickSkewed<T>(_ choices: [T]) -> T {
    let bound = 1 + random.below(choices.count)
    return choices[random.below(bound)]
  }
}

// MARK: - Prose

extension DemoTextGenerator {
  private mutating func prose(_ words: WordInventory) -> String {
    var text = ""
    for index in 0..<3 + random.below(4) {
      if index > 0 { text += words.separator }
      text += sentence(words)
    }
    return text + "\n"
  }

  private mutating func sentence(_ words: WordInventory) -> String {
    let count = 4 + random.below(9)
    var text = ""
    for index in 0..<count {
      var part = word(words)
      if index == 0 && words.capitalizes { part = capitalized(part) }
      if once(in: 25) { part = String(random.below(2100)) }
      if once(in: 30) { part = words.quotes.open + part + words.quotes.close }
      text += part
      if index + 1 < count { text += once(in: 9) ? words.comma : words.separator }
    }
    return text + pick(words.stops)
  }

  private mutating func word(_ words: WordInventory) -> String {
    let stem = pickSkewed(words.stems)
    return words.endings.isEmpty || !once(in: 3) ? stem : stem + pickSkewed(words.endings)
  }

  private func capitalized(_ word: String) -> String { word.prefix(1).uppercased() + word.dropFirst() }
}

// MARK: - Names, figures, chat

extension DemoTextGenerator {
  private static let onsets = [
    "b", "br", "c", "ch", "d", "dr", "f", "g", "gr", "h", "k", "l", "m", "n", "p", "qu", "r", "s", "st", "t",
    "th",
    "tr", "v", "w", "z",
  ]
  private static let rimes = [
    "a", "al", "an", "ar", "as", "e", "el", "en", "er", "i", "ia", "il", "in", "is", "o", "on", "or", "os",
    "u", "um",
    "us", "y",
  ]
  private static let emoji = [
    "😀", "😂", "😊", "😍", "🙂", "😢", "😡", "👍", "👎", "🙏", "👋", "💡", "🔥", "🎉", "🚀", "🌍", "🌊", "🌳", "🍎", "🍞",
    "☕", "⭐", "❤️", "✅", "❌", "🐟", "🐦", "🏠", "⛵", "⚓", "👩‍🏫", "👨‍👩‍👧", "🇪🇺", "👍🏽",
  ]

  private mutating func name() -> String {
    var name = ""
    for _ in 0..<2 + random.below(2) { name += pickSkewed(Self.onsets) + pickSkewed(Self.rimes) }
    return capitalized(name)
  }

  private mutating func names() -> String {
    (0..<6 + random.below(6)).map { _ in name() + " " + name() }.joined(separator: ", ") + ".\n"
  }

  private mutating func figures() -> String {
    var text = ""
    for _ in 0..<3 + random.below(4) {
      let day = "\(1990 + random.below(40))-\(padded(1 + random.below(12)))-\(padded(1 + random.below(28)))"
      let clock = "\(padded(random.below(24))):\(padded(random.below(60)))"
      let price = "\(pick(["€", "$", "£", "₹", "¥"]))\(random.below(1000)).\(padded(random.below(100)))"
      let gap = pick(["\t", "  ", "    ", " | "])
      text +=
        [day, clock, price, "\(random.below(100))%", "x\(random.below(10_000))"].joined(separator: gap) + "\n"
    }
    return text
  }

  private func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }

  private mutating func chat() -> String {
    var text = ""
    for _ in 0..<2 + random.below(4) {
      let greeting = pick([
        "ok", "hey", "thanks!!", "hmm...", "great :)", "no way?!", "see you", "#news", "@\(name())",
      ])
      text += greeting + " " + word(.english) + " " + pickSkewed(Self.emoji)
      if once(in: 3) { text += pickSkewed(Self.emoji) }
      text += once(in: 4) ? "\n\n" : "\n"
    }
    return text
  }
}

// MARK: - Code

extension DemoTextGenerator {
  private mutating func identifier() -> String {
    let first = pickSkewed([
      "get", "set", "is", "make", "read", "write", "find", "count", "add", "remove", "parse",
    ])
    let second = pickSkewed([
      "Value", "Name", "Index", "Token", "List", "Size", "Path", "File", "Line", "Key", "Map",
    ])
    switch random.below(4) {
    case 0: return first + second
    case 1: return first + "_" + second.lowercased()
    case 2: return second.lowercased()
    default: return pick(["i", "j", "n", "x", "y", "key", "value", "result", "self"])
    }
  }

  private mutating func code() -> String {
    let name = identifier()
    var text = "func \(name)(\(identifier()): Int, \(identifier()): String) -> Bool {\n"
    for _ in 0..<2 + random.below(4) { text += statement(indent: "    ") }
    text += "    return \(identifier()) \(pick(["==", "!=", "<=", ">=", "&&", "||"])) \(identifier())\n}\n\n"
    if once(in: 2) { text += "\(name)(\(random.below(256)), \"\(word(.english))\")  // \(word(.english))\n" }
    return text
  }

  private mutating func statement(indent: String) -> String {
    switch random.below(6) {
    case 0: return "\(indent)let \(identifier()) = \(identifier())[\(random.below(64))]\n"
    case 1:
      return
        "\(indent)if (\(identifier()) < 0x\(String(random.below(4096), radix: 16))) {\n\(indent)\(indent)break;\n\(indent)}\n"
    case 2:
      return
        "\(indent)for \(identifier()) in 0..<\(random.below(100)) {\n\(statement(indent: indent + "    "))\(indent)}\n"
    case 3: return "\(indent)\(identifier()) += \(identifier()).\(identifier())()\n"
    case 4: return "\(indent)print(\"\(identifier()): \\(\(identifier()))\")\n"
    default: return "\(indent)// \(word(.english)) \(word(.english))\n"
    }
  }
}
