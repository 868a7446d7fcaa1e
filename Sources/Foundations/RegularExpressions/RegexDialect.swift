/// Whose rules a pattern was written for.
package enum RegexDialect: Sendable, Hashable {
  /// Oniguruma, as the tokenizers library uses it: `^` and `$` are the ends of a line.
  case oniguruma
  /// Rust's regex, as tiktoken uses it: `^` and `$` are the ends of the text.
  case rust
}
