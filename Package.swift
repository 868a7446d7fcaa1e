// swift-tools-version: 6.2
import PackageDescription

let swiftSettings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// The layers, from the ground up.
///
/// A layer is a folder of `Sources` and of `Tests`; what is in it imports its own layer and those below: `.ci/layers`.
enum Layer: String {
  case system = "System"
  case foundations = "Foundations"
  case containers = "Containers"
  case tokenizers = "Tokenizers"
  case maps = "Maps"
  case models = "Models"
  case method = "Method"
  case crossModelControl = "CrossModelControl"
  case pages = "Pages"
  case server = "Server"
  case tool = "Tool"
}

/// A Swift module: the folder `Sources/<layer>/<name>` is target `CMC<name>`, so that no other package's target can have
/// its name.
///
/// - Parameter embedded: Folders of files that the build puts into the program, as bytes; no file is looked for on a disk.
func module(
  _ layer: Layer, _ name: String, _ dependencies: [Target.Dependency] = [], embedded: [String] = []
) -> Target {
  .target(
    name: "CMC\(name)", dependencies: dependencies, path: "Sources/\(layer.rawValue)/\(name)",
    resources: embedded.map { .embedInCode($0) }, swiftSettings: swiftSettings)
}

/// The tests of one module, in `Tests/<layer>/<name>`.
func tests(
  _ layer: Layer, _ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, path: "Tests/\(layer.rawValue)/\(name)", resources: resources,
    swiftSettings: swiftSettings)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let http = [
  Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird"),
  .product(name: "HTTPTypes", package: "swift-http-types"),
  .product(name: "Logging", package: "swift-log"),
  .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
  .product(name: "NIOPosix", package: "swift-nio"),
]
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
  name: "cross-model-control",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "CrossModelControl", targets: ["CrossModelControl"]),
    .executable(name: "cmc", targets: ["cmc"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // MARK: System
    // C libraries of the system, each with the one shim that imports it, and this project's own C kernels.
    // Nothing here knows what a token is; a Swift module above owns each library.
    .systemLibrary(name: "CMCAllocator", path: "Sources/System/Allocator"),
    .systemLibrary(
      name: "CMCLibCrypto", path: "Sources/System/LibCrypto", pkgConfig: "libcrypto",
      providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
    .systemLibrary(
      name: "CMCLibPNG", path: "Sources/System/LibPNG", pkgConfig: "libpng",
      providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
    .systemLibrary(
      name: "CMCLibXML2", path: "Sources/System/LibXML2", pkgConfig: "libxml-2.0",
      providers: [.apt(["libxml2-dev"]), .brew(["libxml2"])]),
    .systemLibrary(
      name: "CMCPCRE2", path: "Sources/System/PCRE2", pkgConfig: "libpcre2-8",
      providers: [.apt(["libpcre2-dev"]), .brew(["pcre2"])]),
    // No pkg-config: simdjson's file names a macro, which SwiftPM refuses with a warning; it is defined below instead.
    .systemLibrary(
      name: "CMCSimdjson", path: "Sources/System/Simdjson",
      providers: [.apt(["libsimdjson-dev"]), .brew(["simdjson"])]),
    .target(
      name: "CMCFastJSONShim", dependencies: ["CMCSimdjson"], path: "Sources/System/FastJSONShim",
      cxxSettings: [.define("SIMDJSON_THREADS_ENABLED", to: "1")],
      linkerSettings: [.linkedLibrary("simdjson")]),
    // No pkg-config: utf8proc's file names a macro.
    .systemLibrary(
      name: "CMCUTF8Proc", path: "Sources/System/UTF8Proc",
      providers: [.apt(["libutf8proc-dev"]), .brew(["utf8proc"])]),
    .systemLibrary(
      name: "CMCZlib", path: "Sources/System/Zlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "CMCZstd", path: "Sources/System/Zstd", pkgConfig: "libzstd",
      providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
    .target(name: "CMCKernels", path: "Sources/System/Kernels"),
    // No system library: it is loaded when the first matrix is multiplied.
    .target(name: "CMCOpenBLAS", path: "Sources/System/OpenBLAS"),

    // MARK: Foundations
    // Plain things: bytes, files, threads, hashes, JSON, YAML, Unicode, regular expressions.
    // Nothing here knows a tokenizer or a model.
    module(.foundations, "Compression", ["CMCPrimitives", "CMCZlib", "CMCZstd"]),
    module(.foundations, "FastJSON", ["CMCFastJSONShim", "CMCPrimitives"]),
    module(.foundations, "FieldTables", ["CMCFastJSON", "CMCPrimitives"]),
    module(.foundations, "Hashing", ["CMCLibCrypto"]),
    module(.foundations, "HTTPClient", ["CMCPrimitives"]),
    module(.foundations, "Primitives", ["CMCKernels"]),
    module(.foundations, "RegularExpressions", ["CMCPCRE2", "CMCPrimitives", "CMCUnicode"]),
    module(.foundations, "ResultCoding", ["CMCPrimitives"]),
    module(.foundations, "Unicode", ["CMCUTF8Proc"]),
    module(.foundations, "YAML", [yams]),

    // MARK: Containers
    // Files that hold tensors and metadata: bytes in, structure out, and the way back.
    // They say what a file holds, never what it means to a model.
    module(.containers, "GGUF", ["CMCPrimitives"]),
    module(.containers, "ModelFiles", ["CMCFastJSON", "CMCPrimitives"]),
    module(.containers, "NumPyFiles", ["CMCPrimitives"]),
    module(.containers, "PyTorchFiles", ["CMCPrimitives", "CMCZipArchives"]),
    module(.containers, "Safetensors", ["CMCFastJSON", "CMCPrimitives"]),
    .target(
      name: "CMCSentencePieceProto", dependencies: [protobuf], path: "Sources/Containers/SentencePieceProto",
      exclude: ["sentencepiece_model.proto"]),
    module(.containers, "ZipArchives", ["CMCCompression", "CMCPrimitives"]),

    // MARK: Tokenizers
    // Vocabularies, the formats they come in, text to tokens and back, templates and prompts.
    // From files to a description as plain values; from a description to ids.
    module(.tokenizers, "ChatTemplates", ["CMCFastJSON", "CMCFieldTables", "CMCPrimitives"]),
    module(
      .tokenizers, "Prompts", ["CMCChatTemplates", "CMCPrimitives", "CMCTokenization", "CMCVocabulary"]),
    module(
      .tokenizers, "Tokenization", ["CMCPrimitives", "CMCRegularExpressions", "CMCUnicode", "CMCVocabulary"]),
    module(
      .tokenizers, "TokenizerFormats",
      [
        "CMCFastJSON", "CMCFieldTables", "CMCGGUF", "CMCHashing", "CMCModelFiles", "CMCPrimitives",
        "CMCSentencePieceProto",
        "CMCVocabulary", protobuf,
      ], embedded: ["SideFiles/Classes/Data"]),
    module(.tokenizers, "Vocabulary", ["CMCHashing", "CMCPrimitives"]),

    // MARK: Maps
    // The alignment of two vocabularies, and the files that a map goes to.
    // The heart of the method; knows tokenizers, knows no model.
    module(
      .maps, "Alignment",
      [
        "CMCHashing", "CMCKernels", "CMCPrimitives", "CMCTokenization", "CMCUnicode", "CMCVocabulary",
        "CMCYAML",
      ], embedded: ["Overrides/Shipped"]),
    module(
      .maps, "TokenMapFormats",
      [
        "CMCAlignment", "CMCFastJSON", "CMCFieldTables", "CMCHashing", "CMCNumPyFiles", "CMCPrimitives",
        "CMCSafetensors", "CMCVocabulary",
      ]),

    // MARK: Models
    // The forward pass and the numbers it computes with, or a server that is asked for them.
    // Ids in, logits out; knows nothing of text.
    module(
      .models, "LanguageModel",
      [
        "CMCFastJSON", "CMCFieldTables", "CMCGGUF", "CMCLinearAlgebra", "CMCModelFiles", "CMCPrimitives",
        "CMCPyTorchFiles", "CMCRegularExpressions", "CMCSafetensors",
      ]),
    module(.models, "LinearAlgebra", ["CMCKernels", "CMCOpenBLAS", "CMCPrimitives"]),
    module(
      .models, "RemoteModels", ["CMCFastJSON", "CMCHTTPClient", "CMCLanguageModel", "CMCPrimitives"]),

    // MARK: Method
    // A user model steered by delta models through maps; shifts, transport, training, evaluation.
    // Plain values in, plain results out; prints nothing.
    module(
      .method, "ControlledDecoding",
      [
        "CMCAlignment", "CMCFieldTables", "CMCLanguageModel", "CMCPrimitives", "CMCTokenization",
        "CMCVocabulary",
      ]),
    module(
      .method, "Evaluation",
      [
        "CMCAlignment", "CMCControlledDecoding", "CMCFastJSON", "CMCLanguageModel", "CMCPrimitives",
        "CMCPrompts", "CMCRecords",
      ]),
    module(
      .method, "LogitShift",
      [
        "CMCAlignment", "CMCHashing", "CMCKernels", "CMCLanguageModel", "CMCNumPyFiles",
        "CMCOptimalTransport", "CMCPrimitives", "CMCPyTorchFiles", "CMCResultCoding", "CMCSafetensors",
        "CMCTokenization", "CMCVocabulary", "CMCYAML", "CMCZipArchives",
      ]),
    module(.method, "OptimalTransport", ["CMCKernels", "CMCLinearAlgebra", "CMCPrimitives"]),
    module(.method, "Records", ["CMCFastJSON", "CMCPrimitives", "CMCPrompts"]),
    module(
      .method, "Training",
      [
        "CMCFastJSON", "CMCGGUF", "CMCLanguageModel", "CMCLinearAlgebra", "CMCModelFiles", "CMCPrimitives",
        "CMCPrompts", "CMCRecords", "CMCSafetensors", "CMCTokenization", "CMCVocabulary",
      ]),

    // MARK: CrossModelControl
    // The library product: the whole method behind typed values.
    // Puts models, tokenizers and maps together; everything above goes through it.
    .target(
      name: "CrossModelControl",
      dependencies: [
        "CMCAlignment", "CMCCompression", "CMCControlledDecoding", "CMCEvaluation", "CMCFastJSON",
        "CMCHTTPClient", "CMCHashing", "CMCLanguageModel", "CMCLinearAlgebra", "CMCLogitShift",
        "CMCModelFiles", "CMCOptimalTransport", "CMCPrimitives", "CMCPrompts", "CMCRecords",
        "CMCRemoteModels", "CMCResultCoding",
        "CMCTokenMapFormats", "CMCTokenization", "CMCTokenizerFormats", "CMCTraining", "CMCUnicode",
        "CMCVocabulary",
      ], swiftSettings: swiftSettings),

    // MARK: Pages
    // Results as documents and figures.
    // Draws what it is given; computes nothing.
    module(.pages, "Markup", ["CMCLibXML2", "CMCPrimitives"]),
    module(.pages, "PNG", ["CMCLibPNG", "CMCPrimitives"]),
    module(
      .pages, "Reporting",
      [
        "CMCAlignment", "CMCControlledDecoding", "CMCFastJSON", "CMCHashing", "CMCLogitShift", "CMCMarkup",
        "CMCPNG", "CMCPrimitives", "CMCVocabulary",
      ], embedded: ["Resources"]),

    // MARK: Server
    // What clients of a server ask and are told, as values and their JSON.
    // One module listens on a port; the others turn bodies into answers and know no network.
    module(
      .server, "HTTPService", ["CMCPrimitives", "CMCServing", "CMCSteeringService"] + http),
    module(
      .server, "Serving",
      ["CMCAllocator", "CMCControlledDecoding", "CMCFastJSON", "CMCPrimitives", "CMCPrompts"]),
    module(
      .server, "SteeringService",
      [
        "CMCAlignment", "CMCControlledDecoding", "CMCHashing", "CMCLanguageModel", "CMCPrimitives",
        "CMCPrompts", "CMCReporting", "CMCServing", "CMCTokenization", "CMCVocabulary", "CrossModelControl",
      ]),

    // MARK: Tool
    // The programs: commands that translate flags, call the façade and show; the demonstration; benchmarks.
    // The only layer that prints.
    module(
      .tool, "Commands",
      [
        argumentParser, "CMCAlignment", "CMCChatTemplates", "CMCControlledDecoding", "CMCDemonstration",
        "CMCEvaluation",
        "CMCFastJSON", "CMCFieldTables", "CMCHTTPService", "CMCHashing", "CMCLanguageModel",
        "CMCLinearAlgebra", "CMCLogitShift", "CMCNumPyFiles", "CMCOptimalTransport", "CMCPrimitives",
        "CMCPrompts", "CMCRecords", "CMCRemoteModels", "CMCReporting", "CMCResultCoding", "CMCServing",
        "CMCSteeringService", "CMCTokenMapFormats", "CMCTokenization", "CMCTokenizerFormats", "CMCTraining",
        "CMCUnicode",
        "CMCVocabulary", "CMCYAML", "CrossModelControl",
      ]),
    module(
      .tool, "Demonstration",
      [
        "CMCAlignment", "CMCEvaluation", "CMCFastJSON", "CMCHashing", "CMCLogitShift", "CMCMarkup",
        "CMCPrimitives", "CMCRecords", "CMCReporting", "CMCResultCoding", "CMCTokenMapFormats",
        "CMCTokenization",
        "CMCTokenizerFormats", "CMCVocabulary", "CrossModelControl",
      ], embedded: ["Page/Resources"]),
    .executableTarget(
      name: "cmc",
      dependencies: [
        "CMCCommands"
      ], path: "Sources/Tool/cmc", swiftSettings: swiftSettings),
    .executableTarget(
      name: "cmc-bench",
      dependencies: [
        argumentParser, "CMCAlignment", "CMCChatTemplates", "CMCControlledDecoding", "CMCFastJSON",
        "CMCLanguageModel", "CMCLinearAlgebra", "CMCLogitShift", "CMCOptimalTransport", "CMCPrimitives",
        "CMCPrompts", "CMCTokenMapFormats",
        "CMCTokenization", "CMCTokenizerFormats", "CMCTraining", "CMCVocabulary", "TestSupport",
      ], path: "Sources/Tool/cmc-bench", swiftSettings: swiftSettings),

    // MARK: Tests
    // The same folders; a test target has the name of what it tests.
    .target(
      name: "TestSupport",
      dependencies: [
        "CMCAlignment", "CMCFastJSON", "CMCMarkup", "CMCPrimitives", "CMCTokenizerFormats", "CMCVocabulary",
      ], path: "Tests/TestSupport", swiftSettings: swiftSettings),
    tests(.foundations, "CompressionTests", ["CMCCompression", "CMCPrimitives", "TestSupport"]),
    tests(.foundations, "FastJSONTests", ["CMCFastJSON", "CMCPrimitives"]),
    tests(.foundations, "FieldTablesTests", ["CMCFastJSON", "CMCFieldTables"]),
    tests(.foundations, "HTTPClientTests", ["CMCHTTPClient"]),
    tests(.foundations, "HashingTests", ["CMCHashing"]),
    tests(.foundations, "PrimitivesTests", ["CMCPrimitives", "TestSupport"]),
    tests(.foundations, "RegularExpressionsTests", ["CMCPrimitives", "CMCRegularExpressions"]),
    tests(.foundations, "UnicodeTests", ["CMCHashing", "CMCUnicode"]),
    tests(.containers, "GGUFTests", ["CMCGGUF", "CMCPrimitives", "TestSupport"]),
    tests(.containers, "ModelFilesTests", ["CMCFastJSON", "CMCModelFiles", "CMCPrimitives", "TestSupport"]),
    tests(.containers, "NumPyFilesTests", ["CMCNumPyFiles", "CMCPrimitives", "TestSupport"]),
    tests(.containers, "SafetensorsTests", ["CMCPrimitives", "CMCSafetensors"]),
    tests(
      .tokenizers, "ChatTemplatesTests",
      [
        "CMCChatTemplates", "CMCFastJSON", "CMCFieldTables", "CMCHashing", "CMCPrimitives",
        "CMCTokenizerFormats",
        "CMCVocabulary", "TestSupport",
      ], resources: [.copy("Golden")]),
    tests(
      .tokenizers, "PromptsTests",
      [
        "CMCChatTemplates", "CMCFastJSON", "CMCPrimitives", "CMCPrompts", "CMCTokenization",
        "CMCTokenizerFormats", "CMCVocabulary",
        "TestSupport",
      ], resources: [.copy("Golden")]),
    tests(
      .tokenizers, "TokenizationTests",
      [
        "CMCFastJSON", "CMCHashing", "CMCPrimitives", "CMCRegularExpressions", "CMCTokenization",
        "CMCTokenizerFormats", "CMCUnicode", "CMCVocabulary", "TestSupport",
      ], resources: [.copy("Golden")]),
    tests(
      .tokenizers, "TokenizerFormatsTests",
      [
        "CMCFastJSON", "CMCFieldTables", "CMCGGUF", "CMCHashing", "CMCModelFiles", "CMCPrimitives",
        "CMCTokenizerFormats",
        "CMCVocabulary", "TestSupport",
      ], resources: [.copy("Golden")]),
    tests(.tokenizers, "VocabularyTests", ["CMCHashing", "CMCPrimitives", "CMCVocabulary"]),
    tests(
      .maps, "AlignmentTests",
      [
        "CMCAlignment", "CMCHashing", "CMCPrimitives", "CMCTokenization", "CMCTokenizerFormats",
        "CMCVocabulary", "TestSupport",
      ]),
    tests(
      .maps, "TokenMapFormatsTests",
      [
        "CMCAlignment", "CMCFastJSON", "CMCHashing", "CMCNumPyFiles", "CMCPrimitives", "CMCSafetensors",
        "CMCTokenMapFormats", "CMCTokenizerFormats", "CMCVocabulary", "TestSupport",
      ]),
    tests(
      .models, "LanguageModelTests",
      [
        "CMCFastJSON", "CMCFieldTables", "CMCLanguageModel", "CMCLinearAlgebra", "CMCNumPyFiles",
        "CMCPrimitives",
        "CMCSafetensors", "CMCTokenization", "CMCTokenizerFormats", "TestSupport",
      ], resources: [.copy("Golden")]),
    tests(
      .models, "LinearAlgebraTests", ["CMCLinearAlgebra", "CMCPrimitives"], resources: [.copy("Golden")]),
    tests(
      .models, "RemoteModelsTests",
      ["CMCFastJSON", "CMCHTTPClient", "CMCLanguageModel", "CMCPrimitives", "CMCRemoteModels"]),
    tests(
      .method, "ControlledDecodingTests",
      [
        "CMCAlignment", "CMCControlledDecoding", "CMCEvaluation", "CMCLanguageModel", "CMCPrimitives",
        "CMCTokenization", "CMCTokenizerFormats", "CMCVocabulary", "TestSupport",
      ]),
    tests(
      .method, "EvaluationTests", ["CMCEvaluation", "CMCFastJSON", "CMCPrimitives", "CMCPrompts"],
      resources: [.copy("Golden")]),
    tests(
      .method, "LogitShiftTests",
      [
        "CMCAlignment", "CMCHashing", "CMCLanguageModel", "CMCLogitShift", "CMCOptimalTransport",
        "CMCPrimitives", "CMCPyTorchFiles", "CMCResultCoding", "CMCTokenization", "CMCTokenizerFormats",
        "TestSupport",
      ], resources: [.copy("Golden")]),
    tests(
      .method, "OptimalTransportTests",
      ["CMCFastJSON", "CMCKernels", "CMCOptimalTransport", "CMCPrimitives"], resources: [.copy("Golden")]),
    tests(
      .method, "TrainingTests",
      [
        "CMCFastJSON", "CMCLanguageModel", "CMCLinearAlgebra", "CMCPrimitives", "CMCPrompts", "CMCRecords",
        "CMCSafetensors", "CMCTokenization", "CMCTokenizerFormats", "CMCTraining", "CMCVocabulary",
        "TestSupport",
      ], resources: [.copy("Golden")]),
    tests(
      .crossModelControl, "CrossModelControlTests",
      [
        "CMCAlignment", "CMCFastJSON", "CMCPrimitives", "CMCResultCoding", "CMCTokenMapFormats",
        "CMCTokenizerFormats", "CMCTraining", "CrossModelControl", "TestSupport",
      ]),
    tests(.pages, "MarkupTests", ["CMCMarkup", "CMCPrimitives", "TestSupport"]),
    tests(
      .pages, "ReportingTests",
      [
        "CMCAlignment", "CMCControlledDecoding", "CMCFastJSON", "CMCLogitShift", "CMCMarkup", "CMCPrimitives",
        "CMCReporting", "CMCVocabulary", "TestSupport",
      ]),
    tests(
      .server, "HTTPServiceTests",
      [
        "CMCFastJSON", "CMCHTTPService", "CMCPrimitives", "CMCServing", "CMCSteeringService",
        "CrossModelControl", "TestSupport",
      ]),
    tests(
      .server, "ServingTests",
      [
        "CMCControlledDecoding", "CMCFastJSON", "CMCPrimitives", "CMCPrompts", "CMCServing", "TestSupport",
      ]),
    tests(
      .server, "SteeringServiceTests",
      [
        "CMCFastJSON", "CMCPrimitives", "CMCServing", "CMCSteeringService", "CrossModelControl",
        "TestSupport",
      ]),
    tests(
      .tool, "CommandsTests",
      [
        argumentParser, "CMCAlignment", "CMCCommands", "CMCFastJSON", "CMCFieldTables", "CMCLogitShift",
        "CMCPrimitives", "CMCResultCoding",
        "CMCTokenMapFormats", "CMCTokenizerFormats", "CMCVocabulary", "CrossModelControl", "TestSupport",
        "cmc",
      ], resources: [.copy("Golden")]),
    tests(
      .tool, "DemonstrationTests",
      [
        "CMCDemonstration", "CMCEvaluation", "CMCMarkup", "CMCPrimitives", "CMCReporting",
        "CMCTokenizerFormats", "CMCUnicode", "CMCVocabulary", "TestSupport",
      ]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)

// Fuzzers have no `main` but libFuzzer's, so an ordinary build of the package must not see them: Tests/Fuzzers/run.
if Context.environment["FUZZ"] != nil {
  package.targets += [
    .target(
      name: "FuzzSupport", dependencies: ["CMCPrimitives", "CMCTokenizerFormats", "CMCVocabulary"],
      path: "Tests/Fuzzers/FuzzSupport", swiftSettings: swiftSettings),
    .executableTarget(
      name: "Fuzz",
      dependencies: [
        "CMCAlignment", "CMCChatTemplates", "CMCFastJSON", "CMCHTTPClient", "CMCLanguageModel",
        "CMCLinearAlgebra",
        "CMCLogitShift", "CMCNumPyFiles", "CMCPrimitives", "CMCPyTorchFiles", "CMCRegularExpressions",
        "CMCRemoteModels", "CMCSafetensors", "CMCServing", "CMCTokenMapFormats", "CMCTokenization",
        "CMCTokenizerFormats",
        "CMCVocabulary",
        "FuzzSupport",
      ],
      path: "Tests/Fuzzers/Targets",
      swiftSettings: swiftSettings + [.unsafeFlags(["-parse-as-library"])]),
  ]
}
