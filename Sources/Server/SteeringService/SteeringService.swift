internal import CMCControlledDecoding
internal import CMCLanguageModel
internal import CMCPrimitives
internal import CMCPrompts
package import CMCServing
internal import CMCTokenization
internal import CrossModelControl

/// Answers requests with steered models; whoever listens on a network brings bodies and takes answers.
///
/// Nothing of a request reaches a path of a file, and nothing of it is logged.
package final class SteeringService: Sendable {
  /// What a request is answered with.
  package enum Answer: Sendable {
    /// JSON.
    case whole([UInt8])
    /// Events; who lets go of them, or calls the closure, ends the texts.
    case stream(AsyncStream<[UInt8]>, cancel: @Sendable () -> Void)
  }

  /// What the service has done.
  package let metrics = Metrics()
  let models: [ServedModel]
  let queue: TextQueue
  /// What it takes.
  package let limits: ServerLimits
  /// When the service began, in seconds since 1970.
  let created: Int
  private let now: @Sendable () -> Int
  private let log: @Sendable (String) -> Void
  private let requests = Guarded(0)

  /// A service of some models, the first of which answers where a request names none.
  ///
  /// - Parameters:
  ///   - models: At least one.
  ///   - limits: What it takes.
  ///   - now: The seconds since 1970.
  ///   - log: Hears of failures that are not the client's.
  package init(
    _ models: [ServedModel], limits: ServerLimits = ServerLimits(), now: @escaping @Sendable () -> Int,
    log: @escaping @Sendable (String) -> Void
  ) {
    precondition(!models.isEmpty, "a service without models")
    self.models = models
    self.limits = limits
    self.now = now
    self.log = log
    created = now()
    queue = TextQueue(limits, metrics)
  }

  /// Takes no new requests, and waits until the running ones are answered.
  package func end() async { await queue.end() }

  /// Whether it takes no new requests.
  package var isEnding: Bool { queue.isEnding }

  /// The model of a name.
  func model(_ name: String?) throws(APIError) -> ServedModel {
    guard let name else { return models[0] }
    guard let model = models.first(where: { $0.name == name }) else {
      throw .model(name, served: models.map(\.name))
    }
    return model
  }

  /// What all parts of an answer begin with.
  func head(_ kind: String, _ model: ServedModel) -> ResponseHead {
    let number = requests.withLock { number in
      number += 1
      return number
    }
    return ResponseHead(id: "\(kind)-\(created)-\(number)", created: now(), model: model.name)
  }

  /// An error as the client is told; what is not the client's fault is logged and not told.
  func told(_ error: any Error, param: String) -> APIError {
    switch error {
    case let error as APIError: return error
    case is CancellationError: return .gone
    case SteeringError.noBeginning:
      return .field(
        param, "a delta model's tokenizer puts nothing before a text, so the first token has no score.")
    case ControlError.contextTooShort(let model, let needed, let limit):
      return .context(of: model, needed: needed, limit: limit, param: param)
    case ControlError.emptyPrompt: return .field(param, "it has no tokens.")
    case is PromptTemplateError, is TokenizationError: return .field(param, "\(error).")
    default:
      if let file = error as? FileError, let cause = file.underlying as? LanguageModelError {
        switch cause {
        case .contextOverflow(let tokens, let limit):
          return .context(needed: tokens, limit: limit, param: param)
        case .token: return .field(param, "\(cause).")
        default: break
        }
      }
      log("\(error)")
      return .server
    }
  }
}
