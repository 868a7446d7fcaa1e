internal import CMCLanguageModel
internal import CMCLinearAlgebra
package import CMCPrimitives

/// A model that can learn: its parameters, their gradients, and the passes over packed sequences.
///
/// Either all parameters learn, or only low-rank additions to them, or none. Not safe to share between threads; inside,
/// work goes to threads in pieces whose sums have a fixed order, so results do not depend on how many there are.
package final class Network {
  /// The sizes of its products.
  package let shape: NetworkShape
  /// Where each tensor lies.
  package let layout: ParameterLayout
  /// The parameters, as ``layout`` says.
  package let values: FloatBuffer
  /// Their gradients; nil where they do not learn.
  package let gradients: FloatBuffer?
  /// Low-rank additions, where these learn.
  package let adapters: Adapters?

  /// Low-rank additions and their gradients.
  package struct Adapters {
    /// Where each lies.
    package let layout: AdapterLayout
    /// Both factors of every addition, as ``layout`` says.
    package let values: FloatBuffer
    /// Their gradients.
    package let gradients: FloatBuffer
  }

  let engine: ComputeEngine
  let activations: Activations
  let head: HeadBlock
  let globalAngles: AngleTable?
  let localAngles: AngleTable?
  var sequences = PackedSequences(lengths: [])
  var ids: [Int32] = []

  /// What learns.
  package enum Learning: Sendable, Equatable {
    /// Every parameter.
    case all
    /// Additions of a rank; `alpha` over the rank is their factor.
    case adapters(rank: Int, alpha: Float)
    /// Nothing: for evaluation.
    case nothing
  }

  /// A network with parameters of zero.
  ///
  /// - Parameters:
  ///   - shape: The sizes.
  ///   - learning: What learns.
  ///   - positions: The most positions of a pass.
  ///   - longest: The most positions of a sequence.
  ///   - isRecomputed: Whether activations are computed again in the backward pass instead of kept.
  ///   - threads: The number of threads.
  ///   - isa: The instruction set.
  package init(
    _ shape: NetworkShape, learning: Learning, positions: Int, longest: Int, isRecomputed: Bool = false,
    threads: Int = defaultThreadCount, isa: KernelISA = .current
  ) {
    self.shape = shape
    layout = ParameterLayout(shape)
    values = FloatBuffer(count: layout.count)
    gradients = learning == .all ? FloatBuffer(count: layout.count) : nil
    var rank = 0
    if case .adapters(let wanted, let alpha) = learning {
      rank = wanted
      let layout = AdapterLayout(shape, rank: rank, alpha: alpha, roles: Set(AdapterLayout.roles))
      adapters = Adapters(
        layout: layout, values: FloatBuffer(count: layout.count), gradients: FloatBuffer(count: layout.count))
    } else {
      adapters = nil
    }
    engine = ComputeEngine(precision: .exact, threads: threads, isa: isa)
    activations = Activations(shape, positions: positions, isRecomputed: isRecomputed, rank: rank)
    head = HeadBlock(vocabulary: shape.vocabulary, positions: positions)
    guard case .rotary(_, let global, let local) = shape.configuration.positions else {
      globalAngles = nil
      localAngles = nil
      return
    }
    let size = shape.configuration.headSize
    globalAngles = AngleTable(global, headSize: size, length: longest)
    localAngles = local.map { AngleTable($0, headSize: size, length: longest) }
  }

  /// The angles of a layer.
  func angles(_ layer: Int) -> AngleTable? {
    shape.configuration.windows[layer] == nil ? globalAngles : localAngles ?? globalAngles
  }

  /// The parameters that learn.
  package var trainable: (values: FloatBuffer, gradients: FloatBuffer)? {
    if let adapters { return (adapters.values, adapters.gradients) }
    return gradients.map { (values, $0) }
  }

  /// The most positions of a pass.
  package var positions: Int { activations.positions }
  /// The memory of activations in bytes, before there is a network.
  package static func activationBytes(_ shape: NetworkShape, positions: Int, isRecomputed: Bool) -> Int {
    Activations.bytes(shape, positions: positions, isRecomputed: isRecomputed)
  }

  /// The memory of activations in bytes.
  package var activationBytes: Int {
    Activations.bytes(shape, positions: activations.positions, isRecomputed: activations.isRecomputed)
      + head.bytes
  }
}
