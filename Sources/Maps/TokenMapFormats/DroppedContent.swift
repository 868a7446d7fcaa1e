/// Something that a map has and a file of another format does not keep.
package enum DroppedContent: Sendable, Equatable, CustomStringConvertible {
  /// Names, sizes and fingerprints of the two vocabularies.
  case vocabularies
  /// The tokens and their kinds.
  case pieces
  /// The kinds of the tokens, where their pieces are kept.
  case kinds
  /// What decided each entry.
  case methods
  /// What decided each entry, but for whether the delta model takes the id as a match.
  case methodsButMatch
  /// The distances.
  case distances
  /// So many entries with several targets; the first is kept.
  case sequences(Int)
  /// The weights of entries with several targets, and how they are combined.
  case weights
  /// Which override files took part.
  case overrides
  /// So many entries whose piece another one has too.
  case duplicatePieces(Int)
  /// So many entries without a target, which got one.
  case unmatched(Int, FillPolicy)
  /// So many ids beyond the target's highest, which became unmatched.
  case idsBeyondTarget(Int)
  /// So many entries at the end without a target.
  case trailingRows(Int)

  /// One sentence for the user.
  package var description: String {
    switch self {
    case .vocabularies: "names, sizes and fingerprints of the vocabularies are not kept"
    case .pieces: "the tokens' pieces and kinds are not kept"
    case .kinds: "the tokens' kinds are not kept"
    case .methods: "what decided each entry is not kept"
    case .methodsButMatch: "of what decided each entry only match or no match is kept"
    case .distances: "the distances are not kept"
    case .sequences(let count): "\(count) entries with several targets keep only the first"
    case .weights: "the weights of entries with several targets and how they combine are not kept"
    case .overrides: "which override files took part is not kept"
    case .duplicatePieces(let count):
      "\(count) entries share their piece with another one, which stands for both"
    case .unmatched(let count, .unk): "\(count) entries without a target get the target's unknown token"
    case .unmatched(let count, _): "\(count) entries without a target get the nearest token"
    case .idsBeyondTarget(let count): "\(count) ids beyond the target's highest are unmatched"
    case .trailingRows(let count): "\(count) entries at the end have no target and are not kept"
    }
  }
}
