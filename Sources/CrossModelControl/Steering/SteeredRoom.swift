package import CMCAlignment
package import CMCControlledDecoding
internal import CMCLanguageModel
internal import CMCPrimitives
package import CMCPrompts
internal import CMCTokenization
internal import CMCVocabulary

/// A steered model that texts come to and leave at any time: what a server runs.
///
/// Each text runs on the thread that asks for it and steps together with the others (``BatchedGenerator`` does the same for a
/// list of texts).
package final class SteeredRoom: Sendable {
  /// What a text begins from.
  package enum Beginning: Sendable {
    /// A question or a conversation, through each model's template.
    case conversation(Conversation)
    /// A text, with nothing around it but what begins a text.
    case text(String)
    /// Tokens of the user model; delta models read the text that they stand for.
    case ids([Int32])
  }

  /// What is asked for.
  package struct Order: Sendable {
    /// What the text begins from.
    package var beginning: Beginning
    /// How tokens are chosen and what ends the text.
    package var options = GenerationOptions()
    /// Whether the number of tokens is only what the user model has room for: a delta model without room for as many ends
    /// the text where it is full, in place of an error before it begins.
    package var endsWhereFull = false
    /// The factor of delta models without one of their own; the configuration's where nil.
    package var alpha: Float?
    /// How logits are combined; as the configuration says where nil.
    package var mode: ControlMode?
    /// The name of a map in place of the first delta model's own.
    package var map: String?
    /// Added to scores before a token is chosen.
    package var bias: [Int32: Float] = [:]

    /// A text with nothing special about it.
    package init(_ beginning: Beginning) { self.beginning = beginning }
  }

  /// The model.
  package let model: SteeredModel
  /// The names of further maps, in the order in which they were given.
  package let mapNames: [String]
  /// The same models joined by each of these.
  private let others: [String: SteeredModel]
  let room: BatchedRoom

  /// A room that nobody is in.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - maps: Further maps for its first delta model, by names that an order can give.
  /// - Throws: ``SteeringError/remote(_:)``, and what a map that does not belong to the models throws.
  package init(
    _ model: SteeredModel, maps: [(name: String, map: SteeringConfiguration.MapReference)] = [],
    observer: RunObserver = .silent
  ) throws {
    guard model.user.local != nil else { throw SteeringError.remote(model.user.argument) }
    self.model = model
    mapNames = maps.map(\.name)
    var others: [String: SteeredModel] = [:]
    for (name, map) in maps { others[name] = try model.joined(by: map, observer: observer) }
    self.others = others
    room = BatchedRoom(model.batchedSessions())
  }

  /// The largest number of tokens of the user model's prompt and text.
  package var contextLength: Int { model.user.contextLength }

  /// The model with the map that an order names; nil for a name that there is not.
  func model(for order: Order) -> SteeredModel? {
    guard let name = order.map else { return model }
    return others[name]
  }

  /// The first delta model's map.
  ///
  /// - Parameter name: The name of another map; the model's own where nil.
  /// - Returns: nil where the delta model shares the vocabulary, or there is none.
  package func map(named name: String?) -> TokenMap? {
    (name.flatMap { others[$0] } ?? model).deltas.first?.map
  }

  /// A token's row of the first delta model's map, with what the tokens look like.
  ///
  /// - Parameters:
  ///   - id: A token of the user model.
  ///   - name: The name of another map; the model's own where nil.
  /// - Returns: The token, those that stand for it, and the row; nil where the delta model shares the vocabulary, or there
  ///   is none.
  package func mapRow(
    _ id: Int32, map name: String?
  ) -> (piece: String, targets: [(id: Int32, piece: String)], entry: MapEntry)? {
    let model = name.flatMap { others[$0] } ?? model
    guard let delta = model.deltas.first, let map = delta.map, (0..<map.count).contains(Int(id)) else {
      return nil
    }
    let entry = map[Int(id)]
    return (
      model.tokenizer.description.vocabulary.shown(id),
      entry.targets.map { ($0, delta.tokenizer.description.vocabulary.shown($0)) }, entry
    )
  }

  /// The user model's tokens of what a text begins from.
  ///
  /// - Throws: What templates and encoding throw.
  package func userIDs(_ beginning: Beginning) throws -> [Int32] {
    switch beginning {
    case .conversation(let conversation): try model.userPrompt(conversation)
    case .text(let text): try encode(text, model.tokenizer)
    case .ids(let ids): ids
    }
  }

  /// Writes a text on this thread.
  ///
  /// - Parameters:
  ///   - order: What is asked for; a map that it names is there.
  ///   - observe: Sees the scores of each step before a token is chosen from them.
  ///   - receive: As that of `SteeredModel.generate(_:_:receive:)`.
  /// - Returns: The text, and how many tokens the user model's prompt has.
  /// - Throws: `ControlError`, and what templates, encoding and the models throw.
  package func write(
    _ order: Order, observe: ((UnsafeBufferPointer<Float>) -> Void)? = nil,
    receive: (GenerationStep, [UInt8]) throws -> Bool
  ) throws -> (result: GenerationResult, promptTokens: Int) {
    let model = model(for: order) ?? model
    let ids = try userIDs(order.beginning)
    return try room.withText { sources in
      let sessions = SteeringSessions(model, sources)
      var deltas: [DeltaModel] = []
      for (delta, session) in zip(model.deltas, sessions.deltas) {
        deltas.append(
          try DeltaModel(
            name: delta.name, model: session.model, antiExpert: session.antiExpert,
            history: model.history(try prompt(order.beginning, ids, delta), delta)))
      }
      let map = model.deltas.first?.map
      let generator = try ControlledGenerator(
        user: sessions.user, tokenizer: model.tokenizer, prompt: ids, deltas: deltas,
        combiner: combiner(order, model), matchKind: { MatchKind($0, in: map) })
      if let observe { generator.observe = { _, _, scores in observe(scores) } }
      return (try generator.generate(controls(order, model), receive: receive), ids.count)
    }
  }

  /// Which tokens end a text of an order, and are not part of it.
  package func ends(_ order: Order) -> (Int32) -> Bool {
    let model = model(for: order) ?? model
    let (ends, vocabulary) = (endTokens(order, model), model.tokenizer.description.vocabulary)
    return { ends.contains($0) || vocabulary.kind($0) == .hole }
  }

  /// A generation with everything that its page shows, for an order whose options asked for it.
  ///
  /// - Throws: What templates and encoding throw.
  package func trace(_ result: GenerationResult, of order: Order) throws -> GenerationTrace {
    let model = model(for: order) ?? model
    let ids = try userIDs(order.beginning)
    let shown: Conversation =
      switch order.beginning {
      case .conversation(let conversation): conversation
      case .text(let text): Conversation(text)
      case .ids: Conversation(String(decoding: try model.tokenizer.decode(ids), as: UTF8.self))
      }
    var trace = try model.trace(result, of: shown)
    trace.promptIDs = ids
    trace.deltaPromptIDs = try model.deltas.map { try prompt(order.beginning, ids, $0) }
    trace.mode = (order.mode ?? model.configuration.mode).rawValue
    for index in trace.deltas.indices {
      trace.deltas[index].alpha = model.factor(of: index, asked: order.alpha).shortestDecimal
    }
    return trace
  }

  func combiner(_ order: Order, _ model: SteeredModel) -> ScoreCombiner {
    ScoreCombiner(
      mode: order.mode ?? model.configuration.mode, policy: model.configuration.unmatched,
      terms: model.terms(asked: order.alpha))
  }

  /// The tokens that end a text of an order: those of the user model, and of delta models whose factor is not 0.
  func endTokens(_ order: Order, _ model: SteeredModel) -> Set<Int32> {
    controls(order, model).stops.endTokens(alphas: model.terms(asked: order.alpha).map(\.alpha))
  }

  func controls(_ order: Order, _ model: SteeredModel) -> ControlledGenerator.Options {
    var controls = model.controls(order.options)
    controls.endsWhereFull = order.endsWhereFull
    controls.bias = order.bias
    return controls
  }

  private func prompt(
    _ beginning: Beginning, _ ids: [Int32], _ delta: SteeredModel.Delta
  ) throws -> [Int32] {
    switch beginning {
    case .conversation(let conversation): try model.deltaPrompt(conversation, delta)
    case .text(let text): try encode(text, delta.tokenizer)
    case .ids:
      try encode(String(decoding: model.tokenizer.decode(ids), as: UTF8.self), delta.tokenizer)
    }
  }

  func encode(_ text: String, _ tokenizer: Tokenizer) throws -> [Int32] {
    try tokenizer.encode(prompt: [PromptPart(text, parsesSpecial: model.parsesSpecial)])
  }
}
