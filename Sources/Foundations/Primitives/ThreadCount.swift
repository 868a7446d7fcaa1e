#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The number of processors this process may use, at least one.
public let defaultThreadCount: Int = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
