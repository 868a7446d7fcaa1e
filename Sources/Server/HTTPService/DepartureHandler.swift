internal import CMCPrimitives
internal import NIOCore

/// Notices that a client has gone, or has closed its side, while its answer is still being made.
final class DepartureHandler: ChannelInboundHandler, RemovableChannelHandler, Sendable {
  typealias InboundIn = Void

  private struct State {
    var hasGone = false
    var wake: (@Sendable () -> Void)?
  }

  private let state = Guarded(State())

  /// Calls a closure when the client goes, at once if it has gone; the closure takes the place of the one before.
  func onDeparture(_ wake: (@Sendable () -> Void)?) {
    let hasGone = state.withLock { state in
      state.wake = wake
      return state.hasGone
    }
    if hasGone { wake?() }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed = event { leave() }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    leave()
    context.fireChannelInactive()
  }

  private func leave() {
    let wake = state.withLock { state in
      state.hasGone = true
      return state.wake
    }
    wake?()
  }
}
