internal import CMCControlledDecoding
public import CMCPrimitives
internal import CMCPrompts
internal import CMCTokenization

/// What one item of many cannot be done for, with its number.
public struct ItemError: DescribedError {
  /// What the items are: "prompt", "record".
  public let kind: String
  /// The item's number, from 1.
  public let number: Int
  /// What is wrong with it.
  public let underlying: any DescribedError

  /// The item and the reason.
  public var description: String { "\(kind) \(number): \(underlying)" }
  /// The hint of the error underneath.
  public var hint: String? { underlying.hint }

  /// Runs `body`, and puts the item's number to any described error that comes out of it without a file.
  static func naming<R>(_ kind: String, _ number: Int, _ body: () throws -> R) throws -> R {
    do {
      return try body()
    } catch let error as FileError {
      throw error
    } catch let error as any DescribedError {
      throw ItemError(kind: kind, number: number, underlying: error)
    }
  }

  /// Whether the item itself is at fault, so that others can be done all the same.
  ///
  /// It does not fit the models or their templates then. Weights that give no numbers would spoil every item.
  var isOfItemAlone: Bool {
    switch underlying {
    case let error as ControlError:
      switch error {
      case .contextTooShort, .emptyPrompt: true
      default: false
      }
    case is PromptTemplateError, is TokenizationError: true
    default: false
    }
  }
}
