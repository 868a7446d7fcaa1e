/// ROUGE-L recall: the longest common subsequence of words, as a share of the reference's words.
///
/// There is no stemming. Source: Lin, "ROUGE: a package for automatic evaluation of summaries", 2004, section 3.
package enum RougeL {
  /// The recall of a text; 0 where the reference has no words.
  ///
  /// - Complexity: O(words of the text · words of the reference).
  package static func recall(
    _ text: String, reference: String, tokens: RougeTokens = .unicode
  ) -> Double {
    let (a, b) = (words(reference, tokens), words(text, tokens))
    guard !a.isEmpty else { return 0 }
    var row = [Int](repeating: 0, count: b.count + 1)
    for word in a {
      var diagonal = 0
      for (index, other) in b.enumerated() {
        let above = row[index + 1]
        row[index + 1] = word == other ? diagonal + 1 : max(above, row[index])
        diagonal = above
      }
    }
    return Double(row[b.count]) / Double(a.count)
  }

  /// The words of a text.
  static func words(_ text: String, _ tokens: RougeTokens) -> [[UInt8]] {
    let text = text.lowercased()
    switch tokens {
    case .unicode: return text.split { !$0.isLetter && !$0.isNumber }.map { Array($0.utf8) }
    case .ascii:
      // By bytes: a letter with a combining accent is one character, and its letter is a word's all the same.
      return text.utf8.split { !(0x61...0x7A).contains($0) && !(0x30...0x39).contains($0) }.map(Array.init)
    }
  }
}

/// What ROUGE-L takes for a word.
public enum RougeTokens: String, Sendable, Equatable, Codable, CaseIterable {
  /// Runs of letters and digits of any script, in lower case.
  case unicode
  /// Runs of a–z and 0–9 in lower case, as Google's package and TOFU's code count; all else parts words.
  case ascii
}
