/// A regular expression over Unicode scalars, parsed.
indirect enum RegexNode {
  /// One scalar out of a set.
  case set(ScalarSet)
  /// One scalar in any case: what Oniguruma folds together with the like ones beside it.
  ///
  /// ``RegexNode/casesUnfolded(inLookBehind:)`` replaces all of them.
  case folded(UInt32)
  /// One after the other.
  case sequence([RegexNode])
  /// The first that matches.
  case alternatives([RegexNode])
  /// A group that captures or sets an option: what it holds does not join what is beside it.
  case group(RegexNode)
  /// So many times.
  case repeated(RegexNode, minimum: Int, maximum: Int?, Greed)
  /// A look ahead or behind, which consumes nothing.
  case look(behind: Bool, negative: Bool, RegexNode)
  /// A group that is not entered again once it matched.
  case atomic(RegexNode)
  /// A place.
  case anchor(Anchor)

  /// How a repetition gives back.
  enum Greed: String {
    case greedy = ""
    case lazy = "?"
    case possessive = "+"
  }

  /// A place in the text.
  enum Anchor {
    case textStart, textEnd, lineStart, lineEnd
  }

  /// Whether the node is a place or a look-around, which no quantifier may follow.
  var isPlace: Bool {
    switch self {
    case .anchor, .look: true
    default: false
    }
  }

  /// Calls `body` with each set of scalars, places included: they look at line feeds.
  func forEachSet(_ body: (ScalarSet) -> Void) {
    switch self {
    case .set(let set): body(set)
    case .folded(let scalar): body(ScalarSet(scalar).ignoringCase)
    case .sequence(let nodes), .alternatives(let nodes): for node in nodes { node.forEachSet(body) }
    case .repeated(let node, _, _, _), .look(_, _, let node), .atomic(let node), .group(let node):
      node.forEachSet(body)
    case .anchor(let anchor):
      if anchor == .lineStart || anchor == .lineEnd { body(ScalarSet(0x0A)) }
    }
  }
}
