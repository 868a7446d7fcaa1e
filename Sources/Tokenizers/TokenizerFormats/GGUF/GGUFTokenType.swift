/// The numbers of `tokenizer.ggml.token_type`.
enum GGUFTokenType: Int32 {
  case undefined = 0, normal, unknown, control, userDefined, unused, byte
}
