package import CMCFieldTables

extension FieldTable {
  /// The fields of `config.json`, a section for each architecture.
  package static let modelConfiguration = FieldTable(
    "config.json",
    definedBy: "transformers 5.23: PreTrainedConfig and the configuration class of each architecture; "
      + "flash-linear-attention 0.6: RWKV7Config",
    unlisted: .noted,
    sections: ModelArchitecture.all.flatMap { family in
      // What a family says of a member counts before what is said of it in general.
      let own = Set(family.fields.map(\.name))
      let common = FieldRow.common.filter { !own.contains($0.name) }
      return [FieldSection(family.section, common + family.fields)] + (family.wrapper.map { [$0] } ?? [])
    }
      + ModelWrapper.all.map { wrapper in
        FieldSection(wrapper.modelType, FieldRow.common + wrapper.fields)
      })
}
