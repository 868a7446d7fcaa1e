public import CMCAlignment
public import CMCPrimitives
internal import CMCTokenization
internal import CMCVocabulary

/// Which token of a vocabulary is meant.
public enum TokenQuery: Sendable, Equatable {
  /// The token of an id.
  case id(Int32)
  /// The token of a piece: as the tokenizer's file spells it, the text it stands for, or its visible form.
  case piece(String)
}

/// Why a token of the source went where it went, and why the token it met goes where it goes the other way.
public struct PairExplanation: Sendable {
  /// From the source to the target.
  public let forward: TokenExplanation
  /// From the target to the source, by the default rules; nil where the token has no target.
  public let back: TokenExplanation?
}

extension PairAlignment {
  /// Explains one token.
  ///
  /// - Parameters:
  ///   - query: The source token; of several that are written alike the first is taken, and the observer hears of it.
  ///   - candidates: How many targets that came near are named.
  ///   - threads: Threads for the way back.
  ///   - observer: Hears of tokens that are written alike.
  /// - Throws: ``TokenLookupError`` where there is no such token.
  /// - Complexity: That of aligning the pair the other way round.
  public func explanation(
    of query: TokenQuery, candidates: Int = 10, threads: Int, observer: RunObserver = .silent
  ) throws -> PairExplanation {
    let id = try find(query, observer)
    let forward = TokenExplainer(map, source: source, target: target, overrides: overrides).explain(
      id, candidates: candidates)
    guard let met = forward.row.targets.first?.id, target.vocabulary.kind(met) != .hole else {
      return PairExplanation(forward: forward, back: nil)
    }
    let pair = try reversed(threads: threads)
    let back = TokenExplainer(pair.map, source: pair.source, target: pair.target).explain(
      met, candidates: candidates)
    return PairExplanation(forward: forward, back: back)
  }

  /// Marks each token of a text by how it maps.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - parsesSpecial: Whether special tokens written out in it become their ids.
  ///   - threads: Threads for preparing the two tokenizers.
  /// - Throws: `TokenizationError` where a tokenizer's encoding is not supported; `RegexError` where a pattern gives up.
  public func explanation(
    ofText text: String, parsesSpecial: Bool = false, threads: Int
  ) throws -> TextExplanation {
    let (from, to) = try concurrently(threads: threads) {
      try Tokenizer(source)
    } _: {
      try Tokenizer(target)
    }
    return try TextExplanation(Array(text.utf8), map, source: from, target: to, parsesSpecial: parsesSpecial)
  }

  private func find(_ query: TokenQuery, _ observer: RunObserver) throws(TokenLookupError) -> Int32 {
    switch query {
    case .id(let id):
      guard source.vocabulary.kind(id) != .hole else {
        throw .noSuchID(Int(id), source.name, source.vocabulary.idLimit - 1)
      }
      return id
    case .piece(let piece):
      let finder = TokenFinder(source.vocabulary)
      let ids = finder.ids(.piece(piece))
      guard let first = ids.first else {
        throw .noSuchPiece(piece, source.name, finder.nearest(to: .piece(piece)))
      }
      if ids.count > 1 {
        observer.note(
          "\(ids.count) tokens are written so: \(ids.prefix(8).map { "\($0)" }.joined(separator: ", ")); explaining \(first)"
        )
      }
      return first
    }
  }
}

/// A token that was asked for and is not there.
public enum TokenLookupError: DescribedError, Equatable {
  /// No token has the id; the vocabulary's name and its highest id follow.
  case noSuchID(Int, String, Int)
  /// No token is written so; the vocabulary's name and the piece that is nearest follow.
  case noSuchPiece(String, String, String?)

  /// The vocabulary and what it lacks.
  public var description: String {
    switch self {
    case .noSuchID(let id, let name, let highest): "\(name) has no token \(id); its highest id is \(highest)"
    case .noSuchPiece(let piece, let name, _): "\(name) has no token \(piece.debugDescription)"
    }
  }

  /// What may have been meant.
  public var hint: String? {
    switch self {
    case .noSuchID: nil
    case .noSuchPiece(_, _, let nearest):
      nearest.map { "the nearest is \($0)" } ?? "list tokens with 'cmc inspect VOCAB --match REGEX'"
    }
  }
}
