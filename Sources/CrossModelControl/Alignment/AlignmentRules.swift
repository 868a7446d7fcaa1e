public import CMCAlignment
internal import CMCPrimitives

/// The rules by which two tokenizers are aligned.
public struct AlignmentRules: Sendable, Equatable {
  /// Whose mapping is repeated, oddities included.
  public enum Compatibility: String, Sendable, CaseIterable {
    /// The CMC reference scripts.
    case cmc
  }

  /// The rule for tokens that are not special.
  public var method: AlignmentMethod
  /// A second rule for tokens that the first leaves unmatched.
  public var fallback: AlignmentMethod?
  /// Fixes all rules to those of another program; method, fallback and overrides have no say then.
  public var compatibility: Compatibility?
  /// Override files, later ones winning.
  public var overrides: [String]
  /// Whether the override files that come with the library for known families take part.
  public var usesShippedOverrides: Bool
  /// Threads; the map does not depend on their number.
  public var threads: Int

  /// PM-MinED with the shipped overrides, on all cores.
  public init(
    method: AlignmentMethod = .pmMined, fallback: AlignmentMethod? = nil, compatibility: Compatibility? = nil,
    overrides: [String] = [], usesShippedOverrides: Bool = true, threads: Int? = nil
  ) {
    self.method = method
    self.fallback = fallback
    self.compatibility = compatibility
    self.overrides = overrides
    self.usesShippedOverrides = usesShippedOverrides
    self.threads = threads ?? defaultThreadCount
  }
}
