public import CMCControlledDecoding

/// What an end-to-end check of a map runs.
public struct VerificationOptions: Sendable {
  /// What is generated from.
  public var prompts = Self.prompts
  /// Texts that should survive both tokenizers.
  public var texts = Self.texts
  /// How many tokens are generated for each prompt.
  public var maxTokens = 32
  /// From where on a figure warns or fails.
  public var thresholds = VerificationThresholds()
  /// How many of the tokens that lose most are listed.
  public var mismatchCount = 10

  /// Five prompts of several kinds, 32 tokens each.
  public init() {}

  /// Prompts of several kinds, for a check without any of one's own.
  public static let prompts = [
    "The capital of France is", "def fibonacci(n):\n", "Once upon a time, in a small village,",
    "Die wichtigsten Städte Europas sind", "1, 2, 3, 5, 8,",
  ]

  /// Texts of several scripts and forms.
  public static let texts = [
    "Plain words, and a second sentence.", "  leading and trailing spaces  ", "tabs\tand\nnew lines\r\n\n",
    "naïve façade, Straße, smørrebrød", "Ελληνικά και русский текст", "日本語と中文と한국어", "العربية והעברית",
    "emoji 👩‍👩‍👧 and flags 🇩🇪", "code: for (int i = 0; i < n; ++i) { x[i] += 1; }", "math ∑ᵢ xᵢ² ≤ ∞",
  ]
}
