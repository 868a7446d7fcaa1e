#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a limit of the address space (`ulimit -v`) leaves to this process, in bytes; nil where there is none.
///
/// On systems that do not say how much is taken it is the whole limit.
package func addressSpaceLeft() -> Int? {
  var limit = rlimit()
  #if canImport(Glibc)
    let space = __rlimit_resource_t(RLIMIT_AS.rawValue)
  #else
    let space = RLIMIT_AS
  #endif
  guard getrlimit(space, &limit) == 0, limit.rlim_cur < UInt64(Int.max) else { return nil }
  return max(0, Int(limit.rlim_cur) - addressSpaceTaken())
}

/// The address space that this process has taken, in bytes; 0 where the system does not say.
private func addressSpaceTaken() -> Int {
  guard let file = fopen("/proc/self/statm", "r") else { return 0 }
  defer { fclose(file) }
  var line = [CChar](repeating: 0, count: 128)
  guard fgets(&line, Int32(line.count), file) != nil else { return 0 }
  return max(0, atol(line)) * max(0, sysconf(Int32(_SC_PAGESIZE)))
}
