// swift-tools-version: 6.2
import PackageDescription

let swiftSettings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// A Swift module of this package, with the settings that every one of them shares.
///
/// - Parameter embedded: Folders of files that the build puts into the program, as bytes; no file is looked for on a disk.
func module(
  _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [], embedded: [String] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, exclude: exclude, resources: embedded.map { .embedInCode($0) },
    swiftSettings: swiftSettings)
}

/// The tests of one module; all of them see the naive references and generators of `TestSupport`.
func tests(
  _ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestSupport"], resources: resources,
    swiftSettings: swiftSettings)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
  name: "cross-model-control",
  platforms: [.macOS(.v15)],
  products: [
    .library(
      name: "CrossModelControl",
      targets: [
        "Vocabulary", "TokenizerFormats", "Tokenization", "Alignment", "TokenMapFormats", "LinearAlgebra",
        "LanguageModel",
      ]),
    .executable(name: "cmc", targets: ["cmc"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // C libraries of the system; each is imported by exactly one module.
    .systemLibrary(
      name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
    // No pkg-config: simdjson's file names a macro, which SwiftPM refuses with a warning; it is defined below instead.
    .systemLibrary(name: "CSimdjson", providers: [.apt(["libsimdjson-dev"]), .brew(["simdjson"])]),
    .target(
      name: "CFastJSON", dependencies: ["CSimdjson"],
      cxxSettings: [.define("SIMDJSON_THREADS_ENABLED", to: "1")],
      linkerSettings: [.linkedLibrary("simdjson")]),
    .systemLibrary(
      name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"]), .brew(["pcre2"])]),
    // No pkg-config: utf8proc's file names a macro.
    .systemLibrary(name: "CUTF8Proc", providers: [.apt(["libutf8proc-dev"]), .brew(["utf8proc"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    .systemLibrary(
      name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"]), .brew(["libxml2"])]),
    .systemLibrary(
      name: "CLibPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
    .target(name: "CKernels"),

    // Plain foundations.
    module("Primitives", ["CKernels"]),
    module("Hashing", ["CLibCrypto", "Primitives"]),
    module("FastJSON", ["CFastJSON", "Primitives"]),

    // Containers: bytes in, structure out, no knowledge of tokenizers.
    module("GGUF", ["Primitives"]),
    module("Safetensors", ["Primitives", "FastJSON"]),
    module("NumPyFiles", ["Primitives"]),
    module("ZipArchives", ["CZlib", "Primitives"]),
    module("PyTorchFiles", ["Primitives", "ZipArchives"]),
    .target(name: "SentencePieceProto", dependencies: [protobuf], exclude: ["sentencepiece_model.proto"]),

    // Tokenizers: from files to a description.
    module("Vocabulary", ["Primitives", "Hashing"]),
    module("ModelFiles", ["Primitives", "FastJSON"]),
    module(
      "TokenizerFormats",
      [
        "FastJSON", "GGUF", "Hashing", "ModelFiles", "Primitives", "SentencePieceProto", "Vocabulary",
        protobuf,
      ]),

    // Text to tokens and back.
    module("RegularExpressions", ["CPCRE2", "Primitives", "Vocabulary"]),
    module("UnicodeText", ["CUTF8Proc"]),
    module("Tokenization", ["Primitives", "RegularExpressions", "UnicodeText", "Vocabulary"]),

    // Maps: the alignment and the files it goes to.
    module(
      "Alignment", ["CKernels", "Hashing", "Primitives", "Tokenization", "Vocabulary", yams],
      embedded: ["Overrides/Shipped"]),
    module(
      "TokenMapFormats",
      ["Alignment", "FastJSON", "Hashing", "NumPyFiles", "Primitives", "Safetensors", "Vocabulary"]),
    module("DemoVocabularies", ["Primitives", "Vocabulary", "FastJSON"]),

    // Numbers: what a forward pass computes with.
    module("LinearAlgebra", ["CKernels", "COpenBLAS", "Primitives"]),
    module(
      "LanguageModel",
      ["FastJSON", "GGUF", "LinearAlgebra", "ModelFiles", "Primitives", "Safetensors"]),

    // What a model wants around a prompt: templates of conversations.
    module("ChatTemplates", ["Primitives"]),

    // A user model steered by delta models through maps.
    module(
      "ControlledDecoding",
      ["Alignment", "ChatTemplates", "LanguageModel", "Primitives", "Tokenization", "Vocabulary"]),

    // How alike the effects of tuning are on two models.
    module("OptimalTransport", ["CKernels", "LinearAlgebra", "Primitives"]),
    module(
      "LogitShift",
      [
        "Alignment", "CKernels", "Hashing", "LanguageModel", "NumPyFiles", "OptimalTransport", "Primitives",
        "PyTorchFiles", "Safetensors", "Tokenization", "Vocabulary", "ZipArchives", yams,
      ]),

    // What people look at: documents, and pages and figures of results.
    module("Markup", ["CLibXML2", "Primitives"]),
    module(
      "Reporting",
      [
        "Alignment", "CLibPNG", "Evaluation", "FastJSON", "Hashing", "LogitShift", "Markup", "Primitives",
        "Vocabulary",
      ],
      embedded: ["Resources"]),

    // Models that learn: the backward pass, the optimiser, data and checkpoints.
    module(
      "Training",
      [
        "ControlledDecoding", "FastJSON", "GGUF", "LanguageModel", "LinearAlgebra", "ModelFiles",
        "Primitives",
        "Safetensors", "Tokenization", "Vocabulary",
      ]),

    // How well models answer.
    module(
      "Evaluation",
      ["Alignment", "ControlledDecoding", "FastJSON", "LanguageModel", "Primitives", "Training"]),

    // The command line.
    module(
      "CMCCommands",
      [
        "Alignment", "ControlledDecoding", "DemoVocabularies", "Evaluation", "FastJSON", "Hashing",
        "LanguageModel", "LinearAlgebra", "LogitShift", "ModelFiles", "NumPyFiles", "OptimalTransport",
        "Primitives", "Reporting", "TokenMapFormats", "Tokenization", "TokenizerFormats", "Training",
        "Vocabulary", argumentParser,
      ]),
    .executableTarget(name: "cmc", dependencies: ["CMCCommands"], swiftSettings: swiftSettings),
    .executableTarget(
      name: "cmc-bench",
      dependencies: [
        "Alignment", "ControlledDecoding", "FastJSON", "LanguageModel", "LinearAlgebra", "Primitives",
        "LogitShift", "OptimalTransport", "TestSupport", "TokenMapFormats", "Tokenization",
        "TokenizerFormats", "Training", "Vocabulary", argumentParser,
      ],
      swiftSettings: swiftSettings),

    // Tests.
    .target(
      name: "TestSupport", dependencies: ["Alignment", "Primitives", "TokenizerFormats", "Vocabulary"],
      path: "Tests/TestSupport", swiftSettings: swiftSettings),
    tests("PrimitivesTests", ["Primitives"]),
    tests("RegularExpressionsTests", ["RegularExpressions", "Primitives"]),
    tests("UnicodeTextTests", ["UnicodeText"]),
    tests(
      "TokenizationTests",
      [
        "Tokenization", "RegularExpressions", "TokenizerFormats", "UnicodeText", "Vocabulary", "Primitives",
        "Hashing", "FastJSON",
      ],
      resources: [.copy("Golden")]),
    tests("HashingTests", ["Hashing"]),
    tests("FastJSONTests", ["FastJSON"]),
    tests("GGUFTests", ["GGUF", "Primitives"]),
    tests("SafetensorsTests", ["Safetensors", "Primitives"]),
    tests("NumPyFilesTests", ["NumPyFiles", "Primitives"]),
    tests("ModelFilesTests", ["ModelFiles", "Primitives"]),
    tests("VocabularyTests", ["Vocabulary", "Hashing", "Primitives"]),
    tests(
      "TokenizerFormatsTests",
      ["TokenizerFormats", "GGUF", "FastJSON", "ModelFiles", "Vocabulary", "Primitives", "Hashing"],
      resources: [.copy("Golden")]),
    tests(
      "AlignmentTests",
      ["Alignment", "CKernels", "Tokenization", "TokenizerFormats", "Vocabulary", "Primitives", "Hashing"]),
    tests(
      "TokenMapFormatsTests",
      [
        "TokenMapFormats", "Alignment", "FastJSON", "NumPyFiles", "Safetensors", "TokenizerFormats",
        "Vocabulary",
        "Primitives", "Hashing",
      ]),
    tests("MarkupTests", ["Markup", "Primitives"]),
    tests(
      "ReportingTests",
      [
        "Reporting", "Alignment", "Evaluation", "FastJSON", "LogitShift", "Markup", "Primitives",
        "Vocabulary",
      ]),
    tests("LinearAlgebraTests", ["LinearAlgebra", "Primitives"], resources: [.copy("Golden")]),
    tests(
      "LanguageModelTests",
      [
        "LanguageModel", "LinearAlgebra", "ModelFiles", "NumPyFiles", "FastJSON", "Primitives", "Safetensors",
        "Tokenization", "TokenizerFormats",
      ],
      resources: [.copy("Golden")]),
    tests(
      "OptimalTransportTests", ["OptimalTransport", "CKernels", "FastJSON", "Primitives"],
      resources: [.copy("Golden")]),
    tests(
      "LogitShiftTests",
      [
        "LogitShift", "Alignment", "Hashing", "LanguageModel", "OptimalTransport", "Primitives",
        "PyTorchFiles",
      ],
      resources: [.copy("Golden")]),
    tests(
      "TrainingTests",
      [
        "Training", "FastJSON", "LanguageModel", "LinearAlgebra", "ModelFiles", "Primitives", "Safetensors",
        "Tokenization", "TokenizerFormats", "Vocabulary",
      ],
      resources: [.copy("Golden")]),
    tests("EvaluationTests", ["Evaluation", "Training"]),
    tests(
      "ChatTemplatesTests",
      ["ChatTemplates", "FastJSON", "Hashing", "Primitives", "TokenizerFormats", "Vocabulary"],
      resources: [.copy("Golden")]),
    tests(
      "ControlledDecodingTests",
      [
        "ControlledDecoding", "Alignment", "ChatTemplates", "Evaluation", "LanguageModel", "Tokenization",
        "TokenizerFormats", "Vocabulary", "Primitives",
      ]),
    tests(
      "DemoVocabulariesTests",
      ["DemoVocabularies", "TokenizerFormats", "Alignment", "Vocabulary", "Primitives"]),
    tests(
      "CMCCommandsTests",
      [
        "CMCCommands", "cmc", "Alignment", "TokenMapFormats", "TokenizerFormats", "FastJSON", "Vocabulary",
        "Primitives", "Hashing", argumentParser,
      ],
      resources: [.copy("Golden")]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)

// Fuzzers have no `main` but libFuzzer's, so an ordinary build of the package must not see them: Tests/Fuzzers/run.
if Context.environment["FUZZ"] != nil {
  package.targets += [
    .target(
      name: "FuzzSupport", dependencies: ["Primitives", "TokenizerFormats", "Vocabulary"],
      path: "Tests/Fuzzers/FuzzSupport", swiftSettings: swiftSettings),
    .executableTarget(
      name: "Fuzz",
      dependencies: [
        "Alignment", "ChatTemplates", "FastJSON", "FuzzSupport", "LanguageModel", "LinearAlgebra",
        "LogitShift",
        "ModelFiles",
        "NumPyFiles", "Primitives", "PyTorchFiles", "RegularExpressions", "Safetensors", "TokenMapFormats",
        "Tokenization",
        "TokenizerFormats", "Vocabulary",
      ],
      path: "Tests/Fuzzers/Targets",
      swiftSettings: swiftSettings + [.unsafeFlags(["-parse-as-library"])]),
  ]
}
