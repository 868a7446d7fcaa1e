internal import ArgumentParser

/// Refuses by its name an option that was given and would do nothing.
///
/// - Parameters:
///   - reason: What it is for, as the end of a sentence about it: "is for --trace and --report".
///   - options: Names without their dashes, and whether each was given: an option whose default says nothing of that is
///     declared without one, and its default applied where it is read.
/// - Throws: `ValidationError` for the first that was given.
func refuseIdle(_ reason: String, _ options: KeyValuePairs<String, Bool>) throws {
  guard let option = options.first(where: \.value)?.key else { return }
  throw ValidationError("--\(option) \(reason).")
}
