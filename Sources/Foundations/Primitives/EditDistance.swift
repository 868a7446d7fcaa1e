/// Levenshtein distance of two short strings, row by row; for a name against few others.
///
/// - Complexity: O(a · b).
package func editDistance(_ a: [UInt32], _ b: [UInt32]) -> Int {
  var row = Array(0...b.count)
  for (i, x) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, y) in b.enumerated() {
      (diagonal, row[j + 1]) = (row[j + 1], x == y ? diagonal : 1 + min(diagonal, row[j], row[j + 1]))
    }
  }
  return row[b.count]
}

/// The name that a misspelt one was probably meant to be: at most `limit` bytes away, the first of those that are nearest.
package func nearestName(to wrong: String, in known: [String], limit: Int = 2) -> String? {
  known.map { (editDistance(wrong.utf8.map(UInt32.init), $0.utf8.map(UInt32.init)), $0) }
    .filter { $0.0 <= limit }
    .min { $0.0 < $1.0 }?.1
}
