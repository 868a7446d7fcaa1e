internal import CLibPNG
public import Primitives

/// Writes images as PNG; the only user of libpng.
enum PNG {
  /// An image as a PNG file.
  ///
  /// - Throws: ``PNGError/refused(reason:)``.
  /// - Complexity: O(pixels).
  static func encode(_ pixels: Pixels) throws(PNGError) -> [UInt8] {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    image.width = UInt32(pixels.width)
    image.height = UInt32(pixels.height)
    image.format = UInt32(PNG_FORMAT_FLAG_COLOR)
    defer { png_image_free(&image) }
    // As much as the pixels themselves, and what the container adds; the exact size is set by the call.
    var size = png_alloc_size_t(pixels.bytes.count + pixels.height * 8 + 4096)
    var output = [UInt8](repeating: 0, count: Int(size))
    let written = output.withUnsafeMutableBytes { output in
      pixels.bytes.withUnsafeBytes {
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
public enum PNGError: DescribedError, Equatable {
  /// What libpng said.
  case refused(reason: String)

  /// One line.
  public var description: String {
    switch self {
    case .refused(let reason): "libpng could not write the image: \(reason)"
    }
  }
}
