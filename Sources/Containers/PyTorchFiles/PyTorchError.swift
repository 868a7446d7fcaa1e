import CMCPrimitives
package import CMCZipArchives

/// Why a PyTorch file is not read, and where.
package enum PyTorchError: DescribedError, Equatable {
  /// The archive is damaged.
  case archive(ZipError)
  /// A pickle without an archive around it, as PyTorch wrote before version 1.6.
  case legacy
  /// The archive has no `data.pkl`.
  case noPickle
  /// The numbers stand with their highest byte first.
  case bigEndian
  /// The pickle does something that tensors do not need; nothing was executed.
  case forbidden(at: Int, what: String)
  /// The pickle is damaged.
  case malformed(at: Int, reason: String)
  /// A tensor does not fit its storage.
  case badTensor(name: String, reason: String)
  /// The file holds something else than tensors.
  case notTensors(found: String)

  /// What and where in one line.
  package var description: String {
    switch self {
    case .archive(let error): "\(error)"
    case .legacy: "is in PyTorch's old format without an archive, which is not read"
    case .noPickle: "has no data.pkl and is not a file of torch.save"
    case .bigEndian: "has big-endian numbers, which are not read"
    case .forbidden(let at, let what):
      "byte \(at) of the pickle asks for \(oneLine(what, limit: 100)), which plain tensors do not need; nothing was executed"
    case .malformed(let at, let reason): "byte \(at) of the pickle: \(oneLine(reason, limit: 100))"
    case .badTensor(let name, let reason): "tensor '\(oneLine(name, limit: 100))': \(reason)"
    case .notTensors(let found): "holds \(found); a tensor, or lists and dictionaries of tensors are read"
    }
  }

  /// What to do.
  package var hint: String? {
    switch self {
    case .legacy: "load it and save it again with torch.save of PyTorch 1.6 or later"
    case .forbidden, .notTensors: "save plain tensors: torch.save({'name': tensor}, path), or safetensors"
    default: nil
    }
  }
}
