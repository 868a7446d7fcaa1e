public import CMCPrimitives

/// What a long piece of work tells while it goes on, and how it is asked to end.
///
/// Nothing in this library prints: whoever calls it decides what becomes of notes and progress. Calls come from any
/// thread.
public struct RunObserver: Sendable {
  /// Hears what is worth knowing and is no result: a choice that was made, a thing that a file says twice.
  public var note: @Sendable (String) -> Void
  /// Hears how far the work has come.
  public var progress: any ProgressObserver
  /// Whether the work should end at its next step and keep what it has.
  public var isCancelled: @Sendable () -> Bool
  /// What has been heard of files.
  var told = ToldNotes()

  /// An observer; what is left out is ignored, and nothing is cancelled.
  public init(
    note: @escaping @Sendable (String) -> Void = { _ in }, progress: any ProgressObserver = NoProgress(),
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.note = note
    self.progress = progress
    self.isCancelled = isCancelled
  }

  /// Hears nothing and cancels nothing.
  public static let silent = RunObserver()
}
