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
    let model = try metadata.model()
    let tokens = try metadata.tokens()
    let types = try metadata.int32s("token_type", count: tokens.underestimatedCount)
    var table = try GGUFTokenTable(tokens: tokens, types: types, model: model)
    let roles = GGUFRoles(header, hasToken: { [builder = table.builder] in builder.contains($0) })
    for role in roles.assignments {
      table.builder.assign(role.role, id: role.id, isPrimary: role.isPrimary, source: role.source)
    }
    let vocabulary: Vocabulary
    do {
      vocabulary = try table.builder.finish()
    } catch {
      throw GGUFTokenizerError.vocabulary(error)
    }
    var notes = roles.notes
    let algorithm = try GGUFAlgorithm(metadata, model, table: table, roles: roles, vocabulary: vocabulary)
    notes += algorithm.notes
    if table.emptyRows > 0 {
      notes.append("\(table.emptyRows) rows of tokenizer.ggml.tokens are empty: no tokens")
    }
    var description = TokenizerDescription(
      name: metadata.name ?? name, format: .gguf, files: [], vocabulary: vocabulary,
      algorithm: algorithm.algorithm)
    description.addedTokens = table.addedTokens
    description.chatTemplate = header["tokenizer.chat_template"]?.text
    metadata.setPipeline(of: &description, model, roles: roles)
    (description.logitsWidth, description.notes) = metadata.logitsWidth(tokens: tokens.underestimatedCount)
    description.notes = notes + description.notes
    return description
  }
}
