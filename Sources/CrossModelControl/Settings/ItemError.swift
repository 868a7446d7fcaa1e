internal import CMCControlledDecoding
internal import CMCEvaluation
internal import CMCLanguageModel
internal import CMCLogitShift
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

  /// Runs `body`; where the item itself is at fault, this is noted and the reason makes a result that says so.
  ///
  /// - Parameters:
  ///   - kind: What the items are.
  ///   - number: The item's number, from 1.
  ///   - observer: Hears of an item that cannot be done.
  ///   - body: Does the item.
  ///   - orElse: The result of an item that cannot be done, of the reason.
  /// - Throws: What spoils every item.
  static func reporting<R>(
    _ kind: String, _ number: Int, _ observer: RunObserver, _ body: () throws -> R, orElse: (String) -> R
  ) throws -> R {
    do {
      return try naming(kind, number, body)
    } catch let error as ItemError where error.isOfItemAlone {
      observer.note("\(error)")
      return orElse("\(error.underlying)")
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
    case let error as LogitShiftError:
      switch error {
      case .emptyPrompt, .notCaptured: true
      default: false
      }
    case let error as LanguageModelError:
      switch error {
      case .contextOverflow: true
      default: false
      }
    case let error as BiasPairError:
      switch error {
      case .notScored: true
      default: false
      }
    case let error as any TextFailure: error.isOfTextAlone
    case is PromptTemplateError, is TokenizationError: true
    default: false
    }
  }
}
