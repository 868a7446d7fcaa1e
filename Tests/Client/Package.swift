// swift-tools-version: 6.2
import PackageDescription

// A package of somebody else's, which knows this library by its product alone; `.ci/client` builds and runs it.
let package = Package(
  name: "steer",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "cross-model-control", path: Context.environment["CMC_CHECKOUT"] ?? "../..")],
  targets: [
    .executableTarget(
      name: "steer", dependencies: [.product(name: "CrossModelControl", package: "cross-model-control")])
  ])
