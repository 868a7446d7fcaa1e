import CMCPrimitives

/// For every source form the target with equal bytes and the nearest target in a prefix relation, in one walk.
///
/// Both lists are sorted, so the strings that are prefixes of the current one form a stack, as on the way down a trie
/// that is never built: the nearest target on the stack is the longest proper prefix; the shortest extension of a string is the least
/// of what was seen between its push and its pop. Under a prefix relation the edit distance is the difference of lengths
/// (ExactSemantics, section 2), so the nearer of these two is the answer.
struct PrefixWalk {
  /// A string that stands for a blank: a target that is just this is a candidate only for sources made of it alone.
  let blank: [UInt8]
  /// Whether lengths are counted in bytes; otherwise in Unicode scalars.
  let measuresBytes: Bool

  /// What was found for one source form.
  struct Found: BitwiseCopyable {
    /// The lowest target id with equal bytes that is no byte token, or -1.
    var exact: Int32 = -1
    /// The lowest target id of a byte token with equal bytes, or -1.
    var exactByte: Int32 = -1
    /// The nearest in a prefix relation: distance in the upper half, id in the lower, so that the least is the best.
    var nearest: UInt64 = .max
  }

  /// Walks both lists, split by first byte over the threads.
  ///
  /// - Returns: One result a source form, in the order of the sorted list.
  /// - Complexity: O(bytes of both lists), memory O(source forms + longest chain of prefixes a thread).
  func run(
    source: [TokenForm], sourceBytes: [UInt8], target: [TokenForm], targetBytes: [UInt8], threads: Int
  ) throws -> [Found] {
    let sourceStarts = Self.firstByteStarts(source)
    let targetStarts = Self.firstByteStarts(target)
    return try [Found](unsafeUninitializedCapacity: source.count) { buffer, initialized in
      nonisolated(unsafe) let results = buffer  // disjoint writes: each first byte has its own range of forms
      results.initialize(repeating: Found())
      try parallelFor(256, chunk: 1, threads: threads) { bytes in
        for byte in bytes {
          let sources = sourceStarts[byte]..<sourceStarts[byte + 1]
          guard !sources.isEmpty else { continue }
          source.withUnsafeBufferPointer { source in
            sourceBytes.withUnsafeBufferPointer { sourceBytes in
              target.withUnsafeBufferPointer { target in
                targetBytes.withUnsafeBufferPointer { targetBytes in
                  let targets = targetStarts[byte]..<targetStarts[byte + 1]
                  // A chain of proper prefixes grows by a byte a link and by a string a link.
                  let longest = max(
                    source[sources].reduce(0) { max($0, Int($1.length)) },
                    target[targets].reduce(0) { max($0, Int($1.length)) })
                  let depth = min(longest, sources.count + targets.count)
                  withUnsafeTemporaryAllocation(of: Walker.Node.self, capacity: depth) { stack in
                    var walker = Walker(walk: self, source, sourceBytes, target, targetBytes, results, stack)
                    walker.run(sources, targets)
                  }
                }
              }
            }
          }
        }
      }
      initialized = source.count
    }
  }

  /// Where the forms of each first byte begin; 257 values.
  private static func firstByteStarts(_ forms: [TokenForm]) -> [Int] {
    var starts = [Int](repeating: 0, count: 257)
    for form in forms { starts[Int(form.key >> 56) + 1] += 1 }
    for byte in 0..<256 { starts[byte + 1] += starts[byte] }
    return starts
  }
}

/// The state of one walk: two cursors and the stack of open prefixes.
private struct Walker {
  /// A distinct string on the stack.
  struct Node {
    var bytes: UnsafeBufferPointer<UInt8>
    var length: Int
    /// The sources with this string: a range of the sorted list.
    var sources: Range<Int>
    /// The lowest target id with this string, or -1.
    var target: Int32
    /// The place on the stack of the nearest node below this one that has a target, or -1.
    var prefix: Int
    /// The shortest target seen above this node: length in the upper half, id in the lower.
    var extending: UInt64 = .max
  }

  let walk: PrefixWalk
  let source: UnsafeBufferPointer<TokenForm>
  let sourceBytes: UnsafeBufferPointer<UInt8>
  let target: UnsafeBufferPointer<TokenForm>
  let targetBytes: UnsafeBufferPointer<UInt8>
  let results: UnsafeMutableBufferPointer<PrefixWalk.Found>
  /// The open prefixes, the longest last; the first `depth` places are in use.
  let stack: UnsafeMutableBufferPointer<Node>
  var depth = 0

  init(
    walk: PrefixWalk, _ source: UnsafeBufferPointer<TokenForm>, _ sourceBytes: UnsafeBufferPointer<UInt8>,
    _ target: UnsafeBufferPointer<TokenForm>, _ targetBytes: UnsafeBufferPointer<UInt8>,
    _ results: UnsafeMutableBufferPointer<PrefixWalk.Found>, _ stack: UnsafeMutableBufferPointer<Node>
  ) {
    self.walk = walk
    self.source = source
    self.sourceBytes = sourceBytes
    self.target = target
    self.targetBytes = targetBytes
    self.results = results
    self.stack = stack
  }

  mutating func run(_ sources: Range<Int>, _ targets: Range<Int>) {
    var s = sources.lowerBound
    var t = targets.lowerBound
    while s < sources.upperBound || t < targets.upperBound {
      let order: Int
      if s == sources.upperBound {
        order = 1
      } else if t == targets.upperBound {
        order = -1
      } else {
        order = compareBytes(source[s], sourceBytes, target[t], targetBytes)
      }
      let sourceStart = s
      let targetStart = t
      if order <= 0 {
        s += 1
        while s < sources.upperBound,
          compareBytes(source[s], sourceBytes, source[sourceStart], sourceBytes) == 0
        {
          s += 1
        }
      }
      if order >= 0 {
        t += 1
        while t < targets.upperBound,
          compareBytes(target[t], targetBytes, target[targetStart], targetBytes) == 0
        {
          t += 1
        }
      }
      let bytes =
        order <= 0
        ? source[sourceStart].bytes(in: sourceBytes) : target[targetStart].bytes(in: targetBytes)
      visit(bytes, sources: sourceStart..<s, targets: targetStart..<t)
    }
    while depth > 0 { pop() }
  }

  /// Meets the next distinct string: closes what is no prefix of it, settles its sources, opens it.
  private mutating func visit(_ bytes: UnsafeBufferPointer<UInt8>, sources: Range<Int>, targets: Range<Int>) {
    while depth > 0, !isPrefix(stack[depth - 1].bytes, of: bytes) { pop() }
    var lowest: Int32 = -1
    var lowestByte: Int32 = -1
    for t in targets {  // ascending ids, so the first of each sort is the lowest
      if target[t].isByte {
        if lowestByte < 0 { lowestByte = target[t].id }
      } else if lowest < 0 {
        lowest = target[t].id
      }
    }
    let length = walk.measuresBytes ? bytes.count : scalarCount(bytes)
    let below = depth - 1
    let prefix = below < 0 ? -1 : (stack[below].target >= 0 ? below : stack[below].prefix)
    if !sources.isEmpty {
      var found = PrefixWalk.Found(exact: lowest, exactByte: lowestByte)
      if prefix >= 0, mayFollow(stack[prefix].bytes, bytes) {
        found.nearest = UInt64(length - stack[prefix].length) << 32 | UInt64(stack[prefix].target)
      }
      for s in sources { results[s] = found }
    }
    let anyTarget = lowest < 0 || lowestByte < 0 ? max(lowest, lowestByte) : min(lowest, lowestByte)
    stack[depth] = Node(bytes: bytes, length: length, sources: sources, target: anyTarget, prefix: prefix)
    depth += 1
  }

  /// Closes the top string: its shortest extension is known now, and is handed down with the string itself.
  private mutating func pop() {
    depth -= 1
    let node = stack[depth]
    if !node.sources.isEmpty, node.extending != .max {
      let nearest = node.extending - UInt64(node.length) << 32
      for s in node.sources { results[s].nearest = min(results[s].nearest, nearest) }
    }
    guard depth > 0 else { return }
    let own = node.target >= 0 ? UInt64(node.length) << 32 | UInt64(node.target) : UInt64.max
    let top = depth - 1
    stack[top].extending = min(stack[top].extending, node.extending, own)
  }

  /// Whether a target prefix may serve a string: a lone blank serves only strings of blanks.
  private func mayFollow(_ prefix: UnsafeBufferPointer<UInt8>, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard prefix.count == walk.blank.count, prefix.elementsEqual(walk.blank) else { return true }
    return isRepetition(bytes, of: walk.blank)
  }
}

/// Whether `prefix` begins `bytes`.
@inline(__always)
func isPrefix(_ prefix: UnsafeBufferPointer<UInt8>, of bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  guard prefix.count <= bytes.count else { return false }
  for i in 0..<prefix.count where prefix[i] != bytes[i] { return false }
  return true
}

/// Whether `bytes` is `unit` some whole number of times.
func isRepetition(_ bytes: UnsafeBufferPointer<UInt8>, of unit: [UInt8]) -> Bool {
  guard !unit.isEmpty, bytes.count % unit.count == 0 else { return false }
  return bytes.indices.allSatisfy { bytes[$0] == unit[$0 % unit.count] }
}

/// The number of Unicode scalars of valid UTF-8.
@inline(__always)
func scalarCount(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
  var count = 0
  for byte in bytes where byte & 0xC0 != 0x80 { count &+= 1 }
  return count
}
