package import CMCMarkup

/// What is wrong with a page, whatever it shows; empty for a sound one.
///
/// Text from a file never becomes markup, ids are there once and labels point at them, and the policy names exactly the
/// page's own scripts.
///
/// - Parameter elements: All elements of the page in document order.
package func pageFaults(_ page: [UInt8], _ elements: [Element]) -> [String] {
  var faults: [String] = []
  func demand(_ holds: Bool, _ fault: @autoclosure () -> String) { if !holds { faults.append(fault()) } }

  let foreign = ["img", "iframe", "object", "embed", "form", "base", "u", "link"]
  for element in elements {
    demand(!foreign.contains(element.name), "element \(element.name)")
    for attribute in element.attributes {
      demand(!attribute.name.hasPrefix("on"), "handler \(attribute)")
      demand(!["src", "action", "srcset"].contains(attribute.name), "address \(attribute)")
      if attribute.name == "href" {
        let isOwn = attribute.value.hasPrefix("#") || attribute.value.hasPrefix("data:image/png;")
        demand(isOwn, "link \(attribute)")
      }
    }
  }
  let text = String(decoding: page, as: UTF8.self)
  demand(
    text.ranges(of: "</script").count == elements.count { $0.name == "script" }, "an end of a script in data")
  for taken in ["<script>document", "\u{202E}", "http://www", "https://"] {
    demand(!text.contains(taken), "contains \(taken.debugDescription)")
  }

  let ids = elements.compactMap { $0["id"] }
  demand(Set(ids).count == ids.count, "ids twice: \(ids)")
  for label in elements.compactMap({ $0["aria-labelledby"] }) {
    demand(ids.contains(label), "no label \(label)")
  }
  demand(elements.count { $0.name == "h1" } == 1, "not one headline")
  demand(elements.first { $0.name == "html" }?["lang"] == "en", "no language")

  let policy = elements.first { $0["http-equiv"] == "Content-Security-Policy" }?["content"] ?? ""
  let scripts = elements.count { $0.name == "script" && $0["type"] == nil }
  demand(policy.hasPrefix("default-src 'none'"), "policy \(policy)")
  demand(policy.ranges(of: "'sha256-").count == scripts, "a policy for other scripts")
  return faults
}
