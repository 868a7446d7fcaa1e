/// The k best tokens, the best first; of equal ones the lower id.
///
/// - Complexity: O(count + k · improvements), about O(count) for small k.
package func topCandidates(
  _ values: UnsafeBufferPointer<Float>, count k: Int
) -> [GenerationStep.Candidate] {
  guard k > 0 else { return [] }
  var top: [GenerationStep.Candidate] = []
  for id in 0..<values.count {
    if top.count == k, values[id] <= top[k - 1].value { continue }
    guard values[id] > -.infinity else { continue }
    let place = top.firstIndex { $0.value < values[id] } ?? top.count
    top.insert(GenerationStep.Candidate(id: Int32(id), value: values[id]), at: place)
    if top.count > k { top.removeLast() }
  }
  return top
}
