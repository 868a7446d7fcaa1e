internal import CMCLanguageModel
internal import CMCPrimitives

/// Holds what is about to be written against the model: a file must read back as the same function, or is not written.
enum ReadBack {
  /// Refuses a text that says another model.
  ///
  /// - Parameters:
  ///   - model: The model, as the format's reader has it.
  ///   - format: The format's name.
  ///   - read: Reads the text.
  /// - Throws: ``TrainingError/unwritable(_:format:)`` naming what would be read otherwise.
  static func check(
    _ model: ModelConfiguration, as format: String, _ read: () throws -> ModelConfiguration
  ) throws {
    let title = model.architecture.title
    let found: ModelConfiguration
    do {
      found = try read()
    } catch {
      throw TrainingError.unwritable(
        "\(title) as this model has it (\((error as? any DescribedError)?.description ?? "\(error)"))",
        format: format)
    }
    let differences = model.differences(from: found)
    guard differences.isEmpty else {
      throw TrainingError.unwritable(
        "\(differences.joined(separator: ", ")) of \(title) as this model has it", format: format)
    }
  }
}
