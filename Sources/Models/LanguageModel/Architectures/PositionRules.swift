package import CMCLinearAlgebra

/// How the positions of a family enter, by its class in transformers.
enum PositionRules: Sendable {
  /// A vector for each is added to the token's; the table has so many rows before the first one.
  case learned(offset: Int)
  /// Queries and keys are turned.
  case rotary(RotaryRules)
  /// Not at all: what mixes positions keeps their order.
  case unmarked
}

/// What a family's class does with the members that speak of rotary embeddings.
package struct RotaryRules: Sendable {
  /// Which elements make a pair in the hub's files.
  package var layout = RotaryLayout.halves
  /// The base where none is stated.
  var base = 10_000.0
  /// The member of the configuration that states it, beside those of `rope_parameters`.
  var baseName = "rope_theta"
  /// Whether kinds of layers have embeddings of their own.
  var byLayer = false
  /// The base of layers with a window, where those have one of their own and none is stated.
  var localBase = 10_000.0
  /// The member that states it, beside those of `rope_parameters`.
  var localBaseName: String? = "rope_local_base_freq"
  /// How much of a head is turned where nothing says it; nil where the class turns all of it.
  var share: Double?
  /// The member that says how much, beside the one of `rope_parameters`.
  var shareName = "partial_rotary_factor"
  /// The context of pretraining where none is stated; nil for the model's context.
  var originalContext: Int?
  /// `rope_parameters` where a configuration has none, as JSON.
  var fallback: String?
  /// Whether a share of the pairs may turn as fast as if all did (`proportional`).
  var allowsProportional = false
  /// Whether `longrope` is the only scaling, which older files call `su` or `yarn`.
  var scalesByLongRopeAlone = false
}
