package import CMCGGUF
internal import CMCPrimitives
package import CMCVocabulary

/// Reads the tokenizer in the metadata of a GGUF file; the tensors need not be there.
///
/// Source: the GGUF specification and the behaviour of llama.cpp.
package enum GGUFTokenizerReader {
  /// Reads a file.
  ///
  /// - Parameters:
  ///   - bytes: The whole file, or its beginning up to the tensors' data.
  ///   - name: A name for people, used where the file gives none.
  /// - Throws: ``GGUFTokenizerError``.
  /// - Complexity: O(bytes of the header).
  package static func read(_ bytes: UnsafeRawBufferPointer, name: String) throws -> TokenizerDescription {
    let header: GGUFHeader
    do {
      header = try GGUFHeader(bytes)
    } catch {
      throw GGUFTokenizerError.container(error)
    }
    return try read(header, bytes, name: name)
  }

  /// Reads the tokenizer of a file whose header was parsed before.
  ///
  /// - Parameters:
  ///   - header: The header.
  ///   - bytes: The bytes that it was parsed from.
  ///   - name: A name for people, used where the file gives none.
  /// - Throws: ``GGUFTokenizerError``.
  package static func read(
    _ header: GGUFHeader, _ bytes: UnsafeRawBufferPointer, name: String
  ) throws -> TokenizerDescription {
    let metadata = GGUFTokenizerMetadata(header, bytes)
    try metadata.checkFields()
    let named = try metadata.model()
    let model = metadata.working(named)
    let tokens = try metadata.tokens()
    let types = try metadata.int32s("token_type", count: tokens.underestimatedCount)
    let ids = GGUFSpecialIDs(header, name: named, pre: metadata.pre, count: tokens.underestimatedCount)
    let known = GGUFKnownTexts(tokens, types: types, ids: ids)
    var table = try GGUFTokenTable(tokens: tokens, types: types, model: model, known: known.types)
    let roles = GGUFRoles(
      header, ids: ids, ends: known.texts(of: known.ends, in: tokens),
      hasToken: { [builder = table.builder] in builder.contains($0) },
      isSpecial: {
        types?[$0] == GGUFTokenType.control.rawValue || types?[$0] == GGUFTokenType.unknown.rawValue
      })
    for role in roles.assignments {
      table.builder.assign(role.role, id: role.id, isPrimary: role.isPrimary, source: role.source)
    }
    let vocabulary: Vocabulary
    do {
      vocabulary = try table.builder.finish()
    } catch {
      throw GGUFTokenizerError.vocabulary(error)
    }
    let algorithm = try GGUFAlgorithm(metadata, model, table: table, ids: ids, vocabulary: vocabulary)
    var notes = roles.notes + known.notes + algorithm.notes
    if table.emptyRows > 0 {
      notes.append("\(table.emptyRows) rows of tokenizer.ggml.tokens are empty: no tokens")
    }
    var description = TokenizerDescription(
      name: metadata.name ?? name, format: .gguf, files: [], vocabulary: vocabulary,
      algorithm: algorithm.algorithm)
    description.addedTokens = table.addedTokens
    metadata.setWhiteSpace(of: &description.addedTokens)
    description.chatTemplate = header["tokenizer.chat_template"]?.text
    notes += metadata.setPipeline(of: &description, model, named: named, ids: ids)
    (description.logitsWidth, description.notes) = metadata.logitsWidth(tokens: tokens.underestimatedCount)
    description.notes = notes + description.notes
    return description
  }
}
