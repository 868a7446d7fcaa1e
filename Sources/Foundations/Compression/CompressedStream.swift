internal import CMCPrimitives
internal import CMCZlib
internal import CMCZstd

/// A way in which files of text are compressed, told by how they begin.
package enum CompressionFormat: String, Sendable, CaseIterable {
  /// gzip, also of several members, as bgzip and concatenation make them.
  case gzip
  /// Zstandard, also of several frames and with windows of up to 2 GiB.
  case zstd

  /// The format of a file that begins with these bytes, four or more; nil for plain data.
  package init?(beginning bytes: some Collection<UInt8>) {
    if bytes.starts(with: [0x1F, 0x8B, 8]) {
      self = .gzip
    } else if bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
      self = .zstd
    } else {
      return nil
    }
  }
}

/// What is wrong with compressed data.
package enum CompressionError: DescribedError, Equatable {
  /// The bytes are not of the format.
  case damaged(CompressionFormat, reason: String)
  /// The data ends before its own end.
  case truncated(CompressionFormat)
  /// The library does not start.
  case notStarted(CompressionFormat)

  /// What it is.
  package var description: String {
    switch self {
    case .damaged(let format, let reason): "the \(format.rawValue) data is damaged: \(oneLine(reason))"
    case .truncated(let format): "the \(format.rawValue) data ends too early"
    case .notStarted(let format):
      "the library for \(format.rawValue) does not start: there is too little memory"
    }
  }
}

/// Decompresses a stream as it comes, holding no more than the window that the format needs.
package final class CompressedStream {
  private let format: CompressionFormat
  /// Where it is stays the same: zlib remembers the place.
  private let gzip = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private var zstd: OpaquePointer?
  /// Whether the data may end here: between members or frames.
  private var isAtEnd = true
  /// Whether only padding may follow: gzip's members can be followed by zeros.
  private var isPadding = false
  private var output = [UInt8](repeating: 0, count: 1 << 17)

  /// Begins a stream.
  ///
  /// - Throws: ``CompressionError/notStarted(_:)``.
  package init(_ format: CompressionFormat) throws {
    self.format = format
    gzip.initialize(to: z_stream())
    switch format {
    case .gzip:
      // 16 more than the largest window: the header of gzip.
      guard czl_inflate_init(gzip, MAX_WBITS + 16) == Z_OK else { throw CompressionError.notStarted(format) }
    case .zstd:
      guard let stream = ZSTD_createDStream() else { throw CompressionError.notStarted(format) }
      zstd = stream
      // Large corpora are compressed with --long=31, which readers must allow.
      ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, 31)
    }
  }

  deinit {
    switch format {
    case .gzip: inflateEnd(gzip)
    case .zstd: ZSTD_freeDStream(zstd)
    }
    gzip.deallocate()
  }

  /// Takes the next bytes and gives what they decompress to, 128 KiB at most at a time.
  ///
  /// - Throws: ``CompressionError/damaged(_:reason:)``, and what `body` throws.
  package func append(_ input: UnsafeRawBufferPointer, _ body: (ArraySlice<UInt8>) throws -> Void) throws {
    switch format {
    case .gzip: try appendGzip(input, body)
    case .zstd: try appendZstd(input, body)
    }
  }

  /// Makes sure that the data was whole.
  ///
  /// - Throws: ``CompressionError/truncated(_:)``.
  package func finish() throws {
    guard isAtEnd else { throw CompressionError.truncated(format) }
  }

  private func appendGzip(
    _ input: UnsafeRawBufferPointer, _ body: (ArraySlice<UInt8>) throws -> Void
  ) throws {
    var rest = input[...]
    while !rest.isEmpty {
      if isAtEnd, rest.first == 0 { isPadding = true }
      if isPadding {
        guard rest.allSatisfy({ $0 == 0 }) else {
          throw CompressionError.damaged(format, reason: "something else stands behind its end")
        }
        return
      }
      isAtEnd = false
      let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      gzip.pointee.next_in = UnsafeMutablePointer(mutating: piece.bindMemory(to: UInt8.self).baseAddress)
      gzip.pointee.avail_in = UInt32(piece.count)
      let (status, filled) = output.withUnsafeMutableBufferPointer { buffer in
        gzip.pointee.next_out = buffer.baseAddress
        gzip.pointee.avail_out = UInt32(buffer.count)
        let status = inflate(gzip, Z_NO_FLUSH)
        return (status, buffer.count - Int(gzip.pointee.avail_out))
      }
      guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
        throw CompressionError.damaged(
          format, reason: gzip.pointee.msg.map { String(cString: $0) } ?? "code \(status)")
      }
      let left = Int(gzip.pointee.avail_in)
      rest = rest.dropFirst(piece.count - left)
      if filled > 0 { try body(output[..<filled]) }
      if status == Z_STREAM_END {
        isAtEnd = true
        guard inflateReset(gzip) == Z_OK else { throw CompressionError.notStarted(format) }
      } else if filled == output.count {
        // There may be more of what was taken already.
        try drainGzip(body)
      }
    }
  }

  /// Gives what is left in the window when all input is taken.
  private func drainGzip(_ body: (ArraySlice<UInt8>) throws -> Void) throws {
    while gzip.pointee.avail_in == 0 {
      let (status, filled) = output.withUnsafeMutableBufferPointer { buffer in
        gzip.pointee.next_out = buffer.baseAddress
        gzip.pointee.avail_out = UInt32(buffer.count)
        let status = inflate(gzip, Z_NO_FLUSH)
        return (status, buffer.count - Int(gzip.pointee.avail_out))
      }
      if filled > 0 { try body(output[..<filled]) }
      if status == Z_STREAM_END {
        isAtEnd = true
        guard inflateReset(gzip) == Z_OK else { throw CompressionError.notStarted(format) }
        return
      }
      guard status == Z_OK || status == Z_BUF_ERROR else {
        throw CompressionError.damaged(
          format, reason: gzip.pointee.msg.map { String(cString: $0) } ?? "code \(status)")
      }
      if filled < output.count { return }
    }
  }

  private func appendZstd(
    _ input: UnsafeRawBufferPointer, _ body: (ArraySlice<UInt8>) throws -> Void
  ) throws {
    var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    while true {
      let (status, filled) = output.withUnsafeMutableBytes { buffer in
        var target = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
        let status = ZSTD_decompressStream(zstd, &target, &source)
        return (status, target.pos)
      }
      if ZSTD_isError(status) != 0 {
        throw CompressionError.damaged(format, reason: String(cString: ZSTD_getErrorName(status)))
      }
      isAtEnd = status == 0
      if filled > 0 { try body(output[..<filled]) }
      // A full buffer may have left something inside.
      if source.pos == source.size, filled < output.count { return }
    }
  }
}
