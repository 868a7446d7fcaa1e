public import CMCLanguageModel
public import CMCLinearAlgebra
internal import CMCPrimitives

/// How models are computed.
public struct Computing: Sendable, Equatable {
  /// Float32 on widened weights, or whole-number products on quantised ones.
  public var precision: Precision
  /// Threads; results do not depend on their number.
  public var threads: Int

  /// Exact, on all cores, unless said otherwise.
  public init(precision: Precision = .exact, threads: Int? = nil) {
    self.precision = precision
    self.threads = threads ?? defaultThreadCount
  }

  /// What results depend on: the precision, and with `fast` whether texts are computed together.
  ///
  /// - Parameter parallel: How many texts are computed at a time.
  func identity(parallel: Int) -> String {
    precision == .fast && parallel > 1 ? "fast, texts together" : precision.rawValue
  }

  /// A history of a model, computed so.
  public func session(_ model: LanguageModel) -> LanguageModelSession {
    LanguageModelSession(model, precision: precision, threads: threads)
  }

  /// Histories of a model that go on together, computed so.
  func batchedSession(_ model: LanguageModel) -> BatchedSession {
    BatchedSession(model, precision: precision, threads: threads)
  }
}
