#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How wide tables may be.
enum TerminalWidth {
  /// Tables are not made narrower than this.
  static let least = 60

  /// The cells of a line of the terminal that standard output is, or nil.
  ///
  /// `COLUMNS` overrules it. Output that goes elsewhere has no width: a file is as wide as its lines.
  static let current: Int? = {
    if let columns = getenv("COLUMNS").flatMap({ Int(String(cString: $0)) }), columns > 0 { return columns }
    guard StandardOutput.isTerminal else { return nil }
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }()
}
