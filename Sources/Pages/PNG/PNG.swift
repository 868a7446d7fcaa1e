internal import CMCLibPNG
import CMCPrimitives

/// Writes images as PNG; the only user of libpng.
package enum PNG {
  /// An image as a PNG file.
  ///
  /// - Parameters:
  ///   - width: Pixels a row.
  ///   - height: Rows.
  ///   - rgb: Red, green, blue of each pixel, rows from the top: `width · height · 3` bytes.
  /// - Throws: ``PNGError/refused(reason:)``.
  /// - Complexity: O(pixels).
  package static func encode(width: Int, height: Int, rgb: [UInt8]) throws(PNGError) -> [UInt8] {
    guard width > 0, height > 0, rgb.count == width * height * 3 else {
      throw .refused(reason: "\(rgb.count) bytes for \(width) × \(height) pixels")
    }
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    image.width = UInt32(width)
    image.height = UInt32(height)
    image.format = UInt32(PNG_FORMAT_FLAG_COLOR)
    defer { png_image_free(&image) }
    // As much as the pixels themselves, and what the container adds; the exact size is set by the call.
    var size = png_alloc_size_t(rgb.count + height * 8 + 4096)
    var output = [UInt8](repeating: 0, count: Int(size))
    let written = output.withUnsafeMutableBytes { output in
      rgb.withUnsafeBytes {
        png_image_write_to_memory(&image, output.baseAddress, &size, 0, $0.baseAddress, 0, nil)
      }
    }
    guard written != 0 else {
      let reason = withUnsafeBytes(of: image.message) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      throw .refused(reason: reason.isEmpty ? "\(size) bytes needed" : reason)
    }
    output.removeLast(output.count - Int(size))
    return output
  }
}

/// Why an image cannot be written.
package enum PNGError: DescribedError, Equatable {
  /// What libpng said.
  case refused(reason: String)

  /// One line.
  package var description: String {
    switch self {
    case .refused(let reason): "libpng could not write the image: \(reason)"
    }
  }
}
