package import CMCFieldTables

extension FieldTable {
  /// The fields of `config.json`, a section for each architecture.
  package static let modelConfiguration = FieldTable(
    "config.json",
    definedBy: "transformers 5.23: PreTrainedConfig and the configuration class of each architecture",
    unlisted: .noted,
    sections: ModelArchitecture.all.flatMap { family in
      [FieldSection(family.section, FieldRow.common + family.fields)] + (family.wrapper.map { [$0] } ?? [])
    })
}
