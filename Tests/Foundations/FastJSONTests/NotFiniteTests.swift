import CMCFastJSON
import Testing

/// JSON has no word for what is no finite number.
@Test(arguments: [Double.infinity, -.infinity, .nan]) func whatIsNotFiniteIsWrittenAsNull(number: Double) {
  var json = JSONWriter(.compact)
  json.array { json in
    json.value(number)
    json.value(1.5)
  }
  #expect(String(decoding: json.bytes, as: UTF8.self) == "[null,1.5]")
}
