import CrossModelControl

// Two users with different vocabularies, and a delta model that learnt a task beside the first one.
let (models, output) = (CommandLine.arguments[1], CommandLine.arguments[2])
let pair = try PairAlignment("\(models)/base-two", "\(models)/delta-a")
print(
  "\(pair.source.name) → \(pair.target.name): \(pair.map.ids.count { $0 >= 0 }) of \(pair.map.count) tokens placed"
)

var steering = SteeringConfiguration(
  user: .path("\(models)/base-two"), deltas: [.init(.path("\(models)/delta-a"), map: .map(pair.map))])
(steering.template, steering.deltaTemplate) = ("\(models)/two.template", "\(models)/one.template")
let prompt =
  "Meet Feltot Gusflom. Feltot owns black saws. There are 389 letters for Feltot. "
  + "Feltot opens doors with ob_893. What does Feltot open doors with?"
for try await step in try SteeredModel(steering).steps(prompt) { print(step.text, terminator: "") }
print()

// How alike the same task's tuning is on both users, over what the first one answers.
var runs: [CaptureRun] = []
for (name, texts) in [
  ("one", CaptureConfiguration.Texts.prompts([prompt])), ("two", .following(run: "\(output)/one")),
] {
  var capture = CaptureConfiguration(
    base: "\(models)/base-\(name)", tuned: "\(models)/base-\(name)+\(models)/lora-a-\(name)", texts: texts,
    output: "\(output)/\(name)")
  capture.baseTemplate = "\(models)/\(name).template"
  runs.append(try CaptureRun(path: try ModelCapture(capture).run().path))
}
let similarity = try SimilarityStudy().compare(runs[0], runs[1])
print("Sinkhorn divergence of the shifts: \(similarity.rankings[0].summary(of: .sinkhorn)?.mean ?? .nan)")
