package import CMCFieldTables

extension FieldTable {
  /// The header of a safetensors file: an object of tensors by name.
  package static let safetensors = FieldTable(
    "safetensors", definedBy: "safetensors: the format's README", unlisted: .refused,
    sections: [
      FieldSection("", [.harmless("__metadata__", "texts about the file")]),
      FieldSection(
        "tensor",
        [
          .carriedOut(
            "dtype",
            "F32, F16 and BF16 are computed with, F64, F8_E4M3 and F8_E5M2 are widened to F32, F8_E4M3 and I32 are read as quantization_config says; others are refused where they are needed"
          ),
          .carriedOut("shape", "must be what the configuration says"),
          .carriedOut("data_offsets", "must lie in the file, without holes or overlaps"),
        ]),
    ])

  /// `model.safetensors.index.json`.
  package static let shardIndex = FieldTable(
    "model.safetensors.index.json", definedBy: "transformers: sharded checkpoints", unlisted: .noted,
    sections: [
      FieldSection(
        "",
        [
          .carriedOut(
            "weight_map",
            "which files are read, each with all that it has; a note where a tensor is elsewhere than it says; model.safetensors beside it counts before the index"
          ),
          .harmless("metadata", "sizes, for people"),
        ])
    ])
}
