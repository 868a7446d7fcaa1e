internal import ArgumentParser
internal import CMCTraining
internal import CrossModelControl

/// Options of a model that begins with first values.
struct StartArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A shape to begin with first values: \(ModelSize.named.map(\.name).joined(separator: ", ")), or width x layers x heads x inner, such as 80x3x4x208; the vocabulary's embeddings are not counted in a name.",
      valueName: "shape"))
  var shape: String?

  @Option(help: ArgumentHelp("The context of a model of a shape (default: 1024).", valueName: "n"))
  var context: Int?

  func validate() throws {
    if let shape, ModelSize(shape) == nil {
      throw ValidationError(
        "--shape is \(ModelSize.named.map(\.name).joined(separator: ", ")), or width x layers x heads x inner."
      )
    }
    guard (2...1 << 20).contains(context ?? 2) else {
      throw ValidationError("--context must be from 2 to 1048576.")
    }
  }

  /// Makes sure that there is a model or a shape to begin with, not both, and no option that is not heeded.
  ///
  /// - Throws: `ValidationError`.
  func check(from model: String?) throws {
    guard (model == nil) != (shape == nil) else { throw ValidationError("Give --from or --shape.") }
    if model != nil {
      try refuseIdle("is for --shape: a model of --from has its own", ["context": context != nil])
    }
  }

  /// What parameters begin with: a model, or first values of the shape.
  func start(from model: String?) throws -> TrainingConfiguration.Start {
    if let model { return .model(model) }
    guard let size = shape.flatMap({ ModelSize($0) }) else { throw ValidationError("Give --shape.") }
    return .shape(size, context: context ?? 1024)
  }
}
