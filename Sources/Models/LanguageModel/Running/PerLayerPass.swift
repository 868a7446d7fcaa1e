internal import CMCLinearAlgebra

/// What each token brings to each layer beside the state: made once a pass, and added behind each layer's parts.
final class PerLayerPass {
  /// The size of the buffers.
  let bytes: Int
  private let engine: ComputeEngine
  private let workspace: Workspace
  private let table: WeightMatrix
  private let norm: NormWeights
  private let kind: ModelConfiguration.Normalization
  private let width: Int
  private let layers: Int
  /// Makes the inputs of all layers of embeddings, and what they are multiplied by.
  private let projection: [WeightProduct]
  private let projectionScale: Float
  private let gates: [[WeightProduct]]
  private let outputs: [[WeightProduct]]
  /// [positions × layers · width].
  private let inputs: UnsafeMutablePointer<Float>
  /// A token's row of the table [layers · width].
  private let row: UnsafeMutablePointer<Float>
  /// The gate and the input of one layer, each [positions × width].
  private let gate: UnsafeMutablePointer<Float>
  private let input: UnsafeMutablePointer<Float>

  /// Prepares for passes; nil where the model has no inputs by layer.
  init?(_ model: LanguageModel, engine: ComputeEngine, workspace: Workspace) {
    guard let sizes = model.configuration.perLayerInputs, let weights = model.weights.perLayer else {
      return nil
    }
    self.engine = engine
    self.workspace = workspace
    table = weights.table.matrix
    norm = weights.norm
    kind = model.configuration.normalization
    (width, layers) = (sizes.width, model.configuration.layerCount)
    let (all, positions) = (width * layers, workspace.positions)
    let (inputs, gate) = (
      UnsafeMutablePointer<Float>.allocate(capacity: positions * all),
      UnsafeMutablePointer<Float>.allocate(capacity: positions * width)
    )
    (self.inputs, self.gate) = (inputs, gate)
    row = .allocate(capacity: all)
    input = .allocate(capacity: positions * width)
    bytes = (positions * (all + 2 * width) + all) * MemoryLayout<Float>.stride
    projection = [WeightProduct(weights.projection.matrix, into: inputs)]
    projectionScale = 1 / Float(model.configuration.hiddenSize).squareRoot()
    gates = model.weights.layers.map { layer in
      layer.perLayer.map { [WeightProduct($0.gate.matrix, into: gate)] } ?? []
    }
    outputs = model.weights.layers.map { layer in
      layer.perLayer.map { [WeightProduct($0.output.matrix, into: workspace.update)] } ?? []
    }
  }

  deinit { for pointer in [inputs, row, gate, input] { pointer.deallocate() } }

  /// The inputs of all layers: (norm(W · embedding / √hidden) + √width · the token's row) / √2.
  ///
  /// - Parameters:
  ///   - rows: The row of each position's token.
  ///   - embeddings: positions × hidden.
  ///   - step: What each history adds.
  func prepare(_ rows: some Sequence<Int>, of embeddings: UnsafePointer<Float>, _ step: PassStep) {
    let (n, all) = (step.positions, width * layers)
    engine.multiply(projection, embeddings, step)
    engine.scale(inputs, by: projectionScale, count: n * all)
    engine.norm(kind, norm, inputs, rows: n * layers, into: inputs)
    let scale = Float(width).squareRoot()
    for (position, id) in rows.enumerated() {
      table.widen(rows: id..<id + 1, into: row)
      engine.scale(row, by: scale, count: all)
      engine.addInto(inputs + position * all, row, count: all)
    }
    engine.scale(inputs, by: Float(0.5).squareRoot(), count: n * all)
  }

  /// update = W_output · (f(W_gate · state) ⊙ input) of a layer.
  ///
  /// - Parameters:
  ///   - layer: Its number.
  ///   - step: What each history adds.
  ///   - activate: f(gate) · up for so many numbers; gives where it is.
  func run(
    _ layer: Int, _ step: PassStep,
    activate: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, Int) -> UnsafeMutablePointer<Float>
  ) {
    engine.multiply(gates[layer], workspace.state, step)
    for position in 0..<step.positions {
      let from = inputs + (position * layers + layer) * width
      (input + position * width).update(from: from, count: width)
    }
    engine.multiply(outputs[layer], activate(gate, input, step.positions * width), step)
  }
}
