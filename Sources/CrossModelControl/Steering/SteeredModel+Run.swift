package import CMCPrompts

extension SteeredModel {
  /// The digest by which a result of one prompt says of what it is: of the models, how they are joined, the prompt and the
  /// options, in whichever version of the program.
  ///
  /// - Parameters:
  ///   - prompt: What is asked.
  ///   - options: How tokens are chosen and what ends a text.
  ///   - alphas: The factors of a sweep.
  ///   - parallel: How many texts are written together.
  /// - Throws: `FileError` for a file of a model that cannot be read any more.
  package func run(
    of prompt: Conversation, _ options: GenerationOptions, alphas: [Float] = [], parallel: Int = 1
  ) throws -> String {
    let settings = GenerationSettings(
      tool: "", prompts: RunDigest.of([prompt.text] + alphas.map { "\($0)" }),
      steering: try SteeringSettings(self, parallel: parallel), options: options, shard: nil)
    return try RunDigest.short(of: settings)
  }
}
