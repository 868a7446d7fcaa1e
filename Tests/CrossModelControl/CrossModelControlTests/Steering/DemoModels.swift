import CMCPrimitives
import CrossModelControl

/// The models of the demonstration: two users with vocabularies of their own, and a delta model on the first's.
enum DemoModels {
  /// The path of one.
  static func path(_ name: String) -> String { StudyFixture.model(name) }

  /// A question in the form that the models know.
  static let question = "Write the name of the person: Ada Holt lives in Rome."

  /// The second user, steered through a map by the delta model of the first.
  static func mapped(alpha: Float = 1, threads: Int = 1) -> SteeringConfiguration {
    var configuration = SteeringConfiguration(
      user: .path(path("base-two")), deltas: [.init(.path(path("delta-a")))])
    configuration.template = path("two.template")
    configuration.deltaTemplate = path("one.template")
    configuration.alpha = alpha
    configuration.computing = Computing(threads: threads)
    return configuration
  }

  /// A user steered by what tuning did to the first user (proxy tuning): within one vocabulary, or through a map.
  static func proxy(_ user: String, mode: ControlMode) -> SteeringConfiguration {
    var configuration = mapped(alpha: 0.75)
    configuration.user = .path(path(user))
    configuration.template = path(user == "base-two" ? "two.template" : "one.template")
    configuration.deltas = [
      .init(.path(path("a-one")), antiExpert: .path(path("base-one")))
    ]
    configuration.mode = mode
    return configuration
  }

  /// Options of a short greedy text.
  static func short(_ maxTokens: Int = 24) -> GenerationOptions {
    var options = GenerationOptions()
    options.maxTokens = maxTokens
    return options
  }
}

/// Cancels work once so many items are done.
final class CancelAfter: ProgressObserver {
  private let count: Int
  private let isReached = Guarded(false)

  init(_ count: Int) { self.count = count }

  func progress(_ stage: String, done: Int, total: Int) {
    if done >= count { isReached.withLock { $0 = true } }
  }

  var observer: RunObserver {
    RunObserver(progress: self, isCancelled: { self.isReached.withLock { $0 } })
  }
}
