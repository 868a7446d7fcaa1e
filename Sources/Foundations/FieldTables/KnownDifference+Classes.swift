extension KnownDifference {
  /// The classes of transformers that build a tokenizer of their own beside a tokenizer.json.
  ///
  /// Each without `Tokenizer` at its end. What they build is a table of the module that reads tokenizers, made by
  /// `Tests/Scripts/generate_class_pipelines.py`; a test holds the two lists together.
  package static let tokenizerClasses = [
    "Albert", "Bart", "Barthez", "Bert", "BigBird", "Blenderbot", "CLIP", "Camembert", "CodeGen",
    "CodeLlama", "Cohere", "DPRContextEncoder", "DPRQuestionEncoder", "DPRReader", "Deberta", "DebertaV2",
    "DistilBert", "Electra", "Funnel", "GPT2", "GPTNeoX", "Gemma", "Herbert", "LED", "Lasr", "LayoutLM",
    "LayoutLMv2", "LayoutLMv3", "LayoutXLM", "Llama", "Longformer", "Luke", "Lxmert", "MBart", "MBart50",
    "MLuke", "MPNet", "MarkupLM", "MobileBert", "Mvp", "Nllb", "Nougat", "OpenAIGPT", "Pegasus", "Phi3",
    "Qwen2", "Qwen3_5", "Reformer", "RemBert", "Roberta", "SeamlessM4T", "Siglip2", "Splinter",
    "SqueezeBert", "T5", "Tipsv2", "Udop", "VideoPrism", "Whisper", "XGLM", "XLMRoberta", "XLNet",
  ]
}
