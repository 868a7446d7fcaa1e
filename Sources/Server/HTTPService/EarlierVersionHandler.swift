internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTP1

/// Answers clients of HTTP/1.0 in what they know: they have no chunks, so a body whose length is not known ends with the
/// connection (RFC 9112, sections 6.3 and 9.3), and they take no answer before the answer.
///
/// It stands where bytes have just become requests: what comes behind does not see their version any more.
final class EarlierVersionHandler: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  /// Of each request without a whole answer, the oldest first, whether it is of HTTP/1.0.
  private var areEarlier: [Bool] = []

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(var head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
    let isEarlier = head.version.major < 1 || head.version.major == 1 && head.version.minor < 1
    areEarlier.append(isEarlier)
    if isEarlier {
      // As if it had asked for it: whoever answers closes behind the answer.
      head.headers.replaceOrAdd(name: "Connection", value: "close")
      head.headers.remove(name: "Expect")
    }
    context.fireChannelRead(wrapInboundOut(.head(head)))
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    var part = unwrapOutboundIn(data)
    if case .head(var head) = part, areEarlier.first == true {
      // The encoder frames by the version.
      head.version = .http1_0
      head.headers.replaceOrAdd(name: "Connection", value: "close")
      part = .head(head)
    } else if case .end = part, !areEarlier.isEmpty {
      areEarlier.removeFirst()
    }
    context.write(wrapOutboundOut(part), promise: promise)
  }
}

/// The connections of HTTP/1.1, with an ``EarlierVersionHandler`` in each.
struct VersionedChannel: ServerChildChannel {
  let channel: HTTP1Channel

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
    self.channel.setup(channel: channel, logger: logger).flatMapThrowing { value in
      let pipeline = channel.pipeline.syncOperations
      let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
      try pipeline.addHandler(EarlierVersionHandler(), position: .after(decoder))
      return value
    }
  }

  func handle(value: HTTP1Channel.Value, logger: Logger) async {
    await channel.handle(value: value, logger: logger)
  }
}
