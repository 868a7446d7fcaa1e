/// ROUGE-L recall: the longest common subsequence of words, as a share of the reference's words.
///
/// Words are runs of ASCII letters and digits in lower case, as in the usual implementation, and of other letters; there
/// is no stemming. Source: Lin, "ROUGE: a package for automatic evaluation of summaries", 2004, section 3.
package enum RougeL {
  /// The recall of a text; 0 where the reference has no words.
  ///
  /// - Complexity: O(words of the text · words of the reference).
  package static func recall(_ text: String, reference: String) -> Double {
    let (a, b) = (words(reference), words(text))
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
  static func words(_ text: String) -> [[UInt8]] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.map { Array($0.utf8) }
  }
}
