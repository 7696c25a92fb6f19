// swift-tools-version: 6.2
import PackageDescription

// One strict array for every Swift target; see docs/architecture.md, "Build settings".
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .enableUpcomingFeature("ImmutableWeakCaptures"),
  .enableExperimentalFeature("Lifetimes"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

/// A Swift target of the product. Dependencies point down the layers only (TidyTests holds the table).
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, exclude: ["README.md"], swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(name: name + "Tests", dependencies: dependencies, swiftSettings: strict)
}

/// Only for `make fuzz`: libFuzzer brings the `main` of this executable along.
let fuzzer: [Target] =
  Context.environment["WEIR_FUZZ"] == nil
  ? []
  : [
    .executableTarget(
      name: "weir-fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzz/Main", swiftSettings: strict)
  ]

let package = Package(
  name: "weir",
  products: [.executable(name: "weir", targets: ["weir"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
  ],
  targets: [
    // Layer 0: C
    .systemLibrary(
      name: "CURing", pkgConfig: "liburing", providers: [.apt(["liburing-dev"])]),
    .systemLibrary(
      name: "CRocksDB", pkgConfig: "rocksdb", providers: [.apt(["librocksdb-dev"])]),
    .systemLibrary(
      name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
    .target(name: "CWeir", exclude: ["README.md"]),
    // Layer 1
    module("Primitives", ["CWeir", "COpenSSL", "CExpat"]),
    module("Ring", ["CWeir", "CURing"]),
    // Layer 2
    module("HTTP", ["Ring", "Primitives", "COpenSSL"]),
    module("Metadata", ["Ring", "Primitives", "CRocksDB"]),
    module("Volumes", ["Ring", "Primitives"]),
    module("Flow", ["Ring", "Primitives"]),
    // Layer 3
    module("Objects", ["Metadata", "Volumes", "Ring", "Primitives"]),
    module("Access", ["Metadata", "Primitives"]),
    // Layer 4
    module("API", ["Objects", "Access", "Flow", "HTTP", "Ring", "Primitives"]),
    module(
      "Background", ["Objects", "Metadata", "Volumes", "Flow", "HTTP", "Ring", "Primitives", logging]),
    // Layer 5
    module(
      "Server",
      [
        "API", "Background", "Access", "Objects", "Metadata", "Volumes", "Flow", "HTTP", "Ring", "Primitives",
        logging,
        yams,
      ]),
    // Layer 6
    module("Bench", ["Ring", "Primitives"]),
    .executableTarget(
      name: "weir", dependencies: ["Server", "API", "Access", "HTTP", "Bench", "Primitives", argumentParser],
      swiftSettings: strict),
    // Tests
    tests("Primitives", ["Primitives"]),
    tests("Ring", ["Ring"]),
    tests("HTTP", ["HTTP", "Ring", "Primitives"]),
    tests("Metadata", ["Metadata", "Ring", "Primitives"]),
    tests("Volumes", ["Volumes", "Ring", "Primitives"]),
    tests("Flow", ["Flow", "Ring", "Primitives"]),
    tests("Objects", ["Background", logging, "Objects", "Metadata", "Volumes", "Ring", "Primitives"]),
    tests("Access", ["Access", "Metadata", "Primitives"]),
    tests("API", ["API", "Objects", "Access", "Flow", "HTTP", "Ring", "Primitives"]),
    tests(
      "Server",
      [
        "Server", "Background", "Objects", "Access", "Metadata", "Volumes", "Flow", "HTTP", "Ring",
        "Primitives", logging,
      ]),
    tests(
      "Background",
      ["Background", "Objects", "Metadata", "Volumes", "Flow", "HTTP", "Ring", "Primitives", logging]),
    tests("Bench", ["Bench"]),
    tests("Tidy"),
    tests("Canary"),
    // What the fuzzers call: `make fuzz` and, over its corpus, FuzzTests.
    .target(
      name: "FuzzTargets",
      dependencies: [
        "API", "Access", "Objects", "Metadata", "Volumes", "Flow", "HTTP", "Ring", "Primitives",
      ],
      path: "Tests/Fuzz/Targets", swiftSettings: strict),
    tests("Fuzz", ["FuzzTargets"]),
  ] + fuzzer
)
