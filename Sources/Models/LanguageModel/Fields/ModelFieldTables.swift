package import CMCFieldTables

/// The tables of the files that models are made of, in the order in which `cmc formats` shows them.
package enum ModelFieldTables {
  /// All of them.
  package static let all: [FieldTable] = [
    .modelConfiguration, .quantization, .generationConfiguration, .adapterConfiguration, .ggufModel,
    .safetensors,
    .shardIndex,
  ]
}
