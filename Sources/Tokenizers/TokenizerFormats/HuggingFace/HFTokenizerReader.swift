package import CMCFastJSON
import CMCFieldTables
import CMCPrimitives
package import CMCVocabulary

/// Reads Hugging Face `tokenizer.json` files.
///
/// Source: the serialisation of the `tokenizers` library, versions 0.8 to 0.22.
package enum HFTokenizerReader {
  /// Transcribes a parsed file.
  ///
  /// Files beside it are the loader's business. A pipeline step or model that is not known becomes `.unknown`.
  ///
  /// - Throws: ``HFTokenizerError``, `JSONError`, `VocabularyError`.
  /// - Complexity: O(bytes of the file) expected.
  package static func read(_ document: JSONDocument, name: String) throws -> TokenizerDescription {
    let root = document.root
    try FieldTable.tokenizerJSON.check(root)
    let model = try HFModel(try root.require("model"))
    var pipeline = HFPipeline()
    try pipeline.read(root)
    let spelling = HFPieceSpelling(model: model, pipeline: pipeline)
    var collector = HFVocabularyCollector(model: model, spelling: spelling)
    if let added = root["added_tokens"], !added.isNull { try collector.readAddedTokens(added) }
    // Pieces and merges are the two halves of the work, and neither needs the other.
    let idLimit = collector.idLimit
    let (loaded, algorithm) = try concurrently { [collector, pipeline] in
      var collector = collector
      let vocabulary = try collector.finish(pipeline: pipeline)
      return (vocabulary: vocabulary, collector: collector)
    } _: {
      try model.algorithm(idLimit: idLimit)
    }
    collector = loaded.collector

    var description = TokenizerDescription(
      name: name, format: .tokenizerJSON, files: [], vocabulary: loaded.vocabulary, algorithm: algorithm)
    description.normalizers = pipeline.normalizers
    description.preTokenizers = pipeline.preTokenizers
    description.postProcessors = pipeline.postProcessors
    description.decoders = pipeline.decoders
    description.addedTokens = collector.addedTokens
    description.addedOnlyIDs = collector.addedOnlyIDs
    description.missingUnknown = model.missingUnknown
    description.notes = spelling.notes + collector.notes
    return description
  }

  /// Reads a file's bytes.
  ///
  /// - Throws: As ``read(_:name:)-(JSONDocument,_)``.
  package static func read(_ bytes: UnsafeRawBufferPointer, name: String) throws -> TokenizerDescription {
    try read(JSONDocument(Array(bytes)), name: name)
  }
}
