package import CMCLinearAlgebra

/// How llama.cpp's converter writes a family, and what llama.cpp reads of it.
package struct GGUFForm: Sendable {
  /// The forms of a state: selective, by channels or by heads, or RWKV-7's.
  enum States: Sendable { case channels, heads, wkv }

  /// `general.architecture`.
  package let name: String
  /// Which elements of a head make a pair: the converter puts Llama's rows in another order, and no others.
  package var layout = RotaryLayout.halves
  /// The key of the norms' ε.
  var epsilon = "attention.layer_norm_rms_epsilon"
  /// Every so many layers one has no window where the file does not say; nil where llama.cpp reads no window.
  var windowPattern: Int?
  /// Whether there may be no window at all.
  var windowIsOptional = false
  /// The number of layers for which alone llama.cpp has a window, and the window where the file does not say it.
  ///
  /// Nil where the number of layers is all the same.
  var impliedWindow: (layers: Int, size: Int)?
  /// Whether, in a model that has a window, layers without one are not turned.
  var turnsWindowsAlone = false
  /// Whether layers with a window are turned by a base of their own, and by that alone.
  var hasLocalRotary = false
  /// That base where the file does not say it; nil for the one of all layers.
  var localBase: Double? = 10_000
  /// Whether queries, keys and values are one tensor.
  package var fusesQueryKeyValue = false
  /// Whether the rows of the gate and then those of `up` are one tensor.
  var fusesGateAndUp = false
  /// The names of tensors that are called otherwise than in most files.
  package var names: [TensorRole: String] = [:]
  /// Keys that only some families have; in files of others they are refused.
  var reads: Set<String> = []
  /// Whether `logit_scale` is what logits are divided by.
  var dividesLogits = false
  /// Whether the parts of a layer read the same where the file has no norm for the second.
  var sharesMissingNorm = false
  /// Whether a trained model is written so: what is read of a family may say more than is written.
  package var isWritten = false
  /// Whether layers have experts; of two families of one name this tells which.
  var hasExperts = false
  /// Whether files of the name have experts or not, and say it by their number.
  var mayHaveExperts = false
  /// Whether every position also goes through a part beside the experts.
  var hasSharedExpert = false
  /// Whether keys and values are made of a short vector.
  var isLatent = false
  /// What layers have in place of attention, where all of them have it.
  var states: States?
  /// Whether layers without heads of keys and values have a state by heads, and others attention.
  var isHybrid = false
  /// Whether layers may have other heads, inputs and feed-forward parts than others, and share keys and values.
  var layersDiffer = false
  /// Sets what the metadata do not say.
  var configure: @Sendable (inout ModelConfiguration) -> Void = { _ in }

  /// Whether llama.cpp reads windows of the family.
  package var readsWindows: Bool { windowPattern != nil }

  init(_ name: String, _ differences: (inout GGUFForm) -> Void = { _ in }) {
    self.name = name
    differences(&self)
  }
}
