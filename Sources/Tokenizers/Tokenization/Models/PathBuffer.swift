/// The best paths of ``UnigramModel`` by where they end; without a path wherever nothing is under way.
final class PathBuffer {
  typealias Node = UnigramModel.Node
  private(set) var nodes: UnsafeMutablePointer<Node>
  private(set) var count = 1024

  init() {
    nodes = .allocate(capacity: count)
    nodes.initialize(repeating: .none, count: count)
  }

  deinit { nodes.deallocate() }

  /// Makes room for at least so many nodes, keeping those that are there.
  func reserve(_ wanted: Int) {
    guard wanted > count else { return }
    let larger = UnsafeMutablePointer<Node>.allocate(capacity: wanted)
    larger.update(from: nodes, count: count)
    (larger + count).initialize(repeating: .none, count: wanted - count)
    nodes.deallocate()
    nodes = larger
    count = wanted
  }

  /// Appends the tokens of the best path that ends at a node, and forgets all paths up to there.
  func write(upTo end: Int, into tokens: inout [EncodedToken]) {
    // The starts are turned round first: each then tells where the piece that begins there ends.
    var place = end
    var after = Node.none
    while place > 0 {
      let node = nodes[place]
      nodes[place] = after
      after = Node(id: node.id, start: Int32(place), score: 0)
      place = Int(node.start)
    }
    nodes[0] = after
    while place < end {
      let node = nodes[place]
      tokens.append(EncodedToken(id: node.id, length: node.start - Int32(place)))
      place = Int(node.start)
    }
    nodes.update(repeating: .none, count: end + 1)
  }
}
