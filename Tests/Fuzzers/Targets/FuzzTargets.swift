import Foundation
import FuzzSupport

/// What can be fuzzed, by name.
private let targets: [String: @Sendable (UnsafeRawPointer?, Int) -> CInt] = [
  "FuzzAnswer": fuzzAnswer,
  "FuzzBrokenTokenizer": fuzzBrokenTokenizer,
  "FuzzChatTemplate": fuzzChatTemplate,
  "FuzzEncode": fuzzEncode,
  "FuzzGGUF": fuzzGGUF,
  "FuzzLlama2C": fuzzLlama2C,
  "FuzzLogitFile": fuzzLogitFile,
  "FuzzLogitManifest": fuzzLogitManifest,
  "FuzzModel": fuzzModel,
  "FuzzNumPy": fuzzNumPy,
  "FuzzOverrides": fuzzOverrides,
  "FuzzPickle": fuzzPickle,
  "FuzzRWKV": fuzzRWKV,
  "FuzzRegex": fuzzRegex,
  "FuzzRequest": fuzzRequest,
  "FuzzSafetensors": fuzzSafetensors,
  "FuzzSentencePiece": fuzzSentencePiece,
  "FuzzTekken": fuzzTekken,
  "FuzzTiktoken": fuzzTiktoken,
  "FuzzTokenMap": fuzzTokenMap,
  "FuzzTokenizerJSON": fuzzTokenizerJSON,
  "FuzzVocabAndMerges": fuzzVocabAndMerges,
  "FuzzVocabText": fuzzVocabText,
]

/// The target that the environment names: one program for all is built and linked once.
private let chosen: @Sendable (UnsafeRawPointer?, Int) -> CInt = {
  let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
  guard let target = targets[name] else {
    print("FUZZ_TARGET is '\(name)'; it names one of \(targets.keys.sorted().joined(separator: ", "))")
    exit(64)
  }
  return target
}()

/// Called once before the first input: what takes long to load must not count as an input's time.
@_cdecl("LLVMFuzzerInitialize")
public func prepare(
  _ count: UnsafeMutablePointer<CInt>?,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> CInt {
  if ProcessInfo.processInfo.environment["FUZZ_TARGET"] == "FuzzEncode" { loadTokenizers() }
  return 0
}

/// One input of libFuzzer.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt { chosen(start, count) }
