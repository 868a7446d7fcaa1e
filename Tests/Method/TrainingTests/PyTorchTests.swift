import CMCFastJSON
import CMCLanguageModel
import CMCPrimitives
import CMCTraining
import Foundation
import Testing

/// Twenty steps against those of PyTorch; `Tests/Scripts/generate_training_goldens.py` wrote them.
@Suite struct PyTorchTests {
  private static let folder = Bundle.module.bundleURL.appendingPathComponent("Golden/pytorch").path

  /// The golden run: its plan, its documents, and PyTorch's losses and norms.
  private func golden() throws -> (
    plan: TrainingPlan, documents: [Document], losses: [Double], norms: [Double]
  ) {
    let json = try JSONDocument(try readFile(Self.folder + "/run.json")).root
    let settings = try json.require("settings")
    func number(_ key: String) throws -> Double { try settings.require(key).expect("a number") { $0.double } }
    var plan = TrainingPlan()
    plan.schedule.steps = Int(try number("steps"))
    plan.schedule.peak = try number("peak")
    plan.schedule.warmup = Int(try number("warmup"))
    plan.batch = Int(try number("batch"))
    plan.seed = UInt64(try number("seed"))
    plan.optimizer.beta1 = try number("beta1")
    plan.optimizer.beta2 = try number("beta2")
    plan.optimizer.epsilon = try number("epsilon")
    plan.optimizer.weightDecay = try number("weight_decay")
    plan.optimizer.clip = try number("clip")
    let documents = try json.require("documents").elements.map { value in
      Document(
        ids: try value.require("ids").elements.compactMap(\.int).map(Int32.init),
        targets: try value.require("targets").elements.compactMap(\.int))
    }
    return (
      plan, documents, try json.require("losses").elements.compactMap(\.double),
      try json.require("norms").elements.compactMap(\.double)
    )
  }

  @Test(arguments: [40, 256]) func theLossesAreTheSame(positions: Int) throws {
    let golden = try golden()
    let model = try LanguageModel.load(Self.folder)
    let network = Network(
      try NetworkShape(model.configuration), learning: .all, positions: positions + 2, longest: 64, threads: 2
    )
    try network.load(model)
    let trainer = try Trainer(
      network, golden.plan, sets: [.init(golden.documents, Objective(.crossEntropy))])
    #expect(golden.losses.count == 20)
    for (loss, norm) in zip(golden.losses, golden.norms) {
      let record = try trainer.step()
      // The issue asks for 1e-3 after 20 steps; what is left are the roundings of float32.
      #expect(abs(record.loss - loss) < 2e-5, "step \(record.step): \(record.loss), \(loss)")
      #expect(abs(record.norm - norm) < 1e-3 * norm, "step \(record.step): \(record.norm), \(norm)")
    }
    #expect(trainer.isDone)
  }
}
