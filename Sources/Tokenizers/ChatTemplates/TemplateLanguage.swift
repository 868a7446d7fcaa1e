package import CMCFieldTables

/// What of the language of chat templates is carried out, with all arguments, and what is refused by name.
package enum TemplateLanguage {
  /// The table that `cmc formats` prints; a test holds it against the names of Jinja and of Python.
  package static let table = FieldTable(
    "chat-template", definedBy: "Jinja 3.1.6 in the sandbox of transformers 5.23; methods of Python 3.11",
    unlisted: .refused,
    sections: [
      FieldSection("tag", tags), FieldSection("filter", filters), FieldSection("test", tests),
      FieldSection("function", functions), FieldSection("method of texts", textMethods),
      FieldSection("method of dictionaries", dictionaryMethods), FieldSection("method of lists", listMethods),
      FieldSection("member of loop", loopMembers),
    ])

  private static func rows(_ meanings: KeyValuePairs<String, String>) -> [FieldRow] {
    meanings.map { .carriedOut($0.key, $0.value) }
  }

  private static func refused(_ meanings: KeyValuePairs<String, String>) -> [FieldRow] {
    meanings.map { .refused($0.key, asks: $0.value) }
  }

  private static let tags =
    rows([
      "if": "with elif and else", "for": "with if, else, recursive, several names",
      "set": "names, members, blocks with filters",
      "macro": "with defaults, varargs, kwargs, caller", "call": "a macro with a body",
      "filter": "a block through filters",
      "with": "names of a block", "raw": "text that is no template", "print": "writes values",
      "break": "ends a loop",
      "continue": "goes to a loop's next item",
      "generation": "marks what an assistant writes; writes its body",
    ])
    + refused([
      "include": "another template", "import": "another template", "from": "another template",
      "extends": "another template", "block": "parts that other templates replace",
      "autoescape": "HTML in place of text",
    ])

  private static let filters =
    rows([
      "abs": "a number without its sign", "attr": "a member, never an item",
      "batch": "lists of so many items",
      "capitalize": "a capital first, small letters after", "center": "in a field", "count": "how many items",
      "d": "as default", "default": "in place of what is not defined", "dictsort": "pairs in order",
      "first": "the first item", "float": "as Python reads it", "groupby": "pairs of a value and its items",
      "indent": "lines moved to the right", "int": "as Python reads it", "items": "pairs of a dictionary",
      "join": "texts with another between", "last": "the last item", "length": "how many items",
      "list": "all items",
      "lower": "small letters", "map": "a filter, or a part, of each item", "max": "the greatest",
      "min": "the least",
      "reject": "items a test does not hold for", "rejectattr": "items a test of a part does not hold for",
      "replace": "one text for another", "reverse": "from the end", "round": "0 to 15 places; ceil, floor",
      "safe": "a text that can only be written", "select": "items a test holds for",
      "selectattr": "items a test of a part holds for", "slice": "so many lists", "sort": "in order",
      "string": "as it is written", "sum": "of items or parts",
      "title": "capitals at the beginnings of words",
      "tojson": "JSON as transformers sets it: ensure_ascii, indent, separators, sort_keys",
      "trim": "without blanks at its ends",
      "truncate": "cut at a word", "unique": "each once", "upper": "capitals",
    ])
    + refused([
      "e": "HTML", "escape": "HTML", "filesizeformat": "sizes in words", "forceescape": "HTML",
      "format": "%-fields",
      "pprint": "Python's pretty printing", "random": "chance", "striptags": "HTML", "urlencode": "addresses",
      "urlize": "HTML", "wordcount": "words", "wordwrap": "lines of a width", "xmlattr": "HTML",
    ])

  private static let tests = rows([
    "boolean": "true or false", "callable": "can be called", "defined": "stands for something",
    "divisibleby": "without rest", "eq": "equal", "equalto": "equal", "==": "equal", "escaped": "marked safe",
    "even": "by two without rest", "false": "is false", "filter": "names a filter",
    "float": "a number with a fraction",
    "ge": "not less", "greaterthan": "greater", "gt": "greater", ">": "greater", ">=": "not less",
    "in": "is in it",
    "integer": "a whole number", "iterable": "has items", "le": "not greater", "<=": "not greater",
    "lessthan": "less",
    "lower": "has small letters only", "lt": "less", "<": "less", "mapping": "a dictionary",
    "ne": "not equal",
    "!=": "not equal", "none": "is none", "number": "a number", "odd": "by two with a rest",
    "sameas": "one object: none, truth values, small numbers, namespaces", "sequence": "has items by number",
    "string": "a text", "test": "names a test", "true": "is true", "undefined": "stands for nothing",
    "upper": "has capitals only",
  ])

  private static let functions =
    rows([
      "dict": "a dictionary of pairs and arguments", "namespace": "an object whose members loops can set",
      "raise_exception": "the template refuses the messages", "range": "whole numbers",
      "strftime_now": "the day that is stated, in English; times are refused",
    ])
    + refused(["cycler": "values in turn", "joiner": "a separator from the second time", "lipsum": "chance"])

  private static let textMethods =
    rows([
      "capitalize": "as Python", "center": "as Python", "count": "as Python", "endswith": "as Python",
      "expandtabs": "as Python", "find": "as Python",
      "format": "fields by number and name, widths, d, x, X, f, s",
      "index": "as Python", "isalnum": "as Python", "isalpha": "as Python", "isascii": "as Python",
      "isdecimal": "as Python", "isdigit": "as Python", "islower": "as Python", "isnumeric": "as Python",
      "isspace": "as Python", "isupper": "as Python", "join": "as Python", "ljust": "as Python",
      "lower": "as Python",
      "lstrip": "as Python", "partition": "as Python", "removeprefix": "as Python",
      "removesuffix": "as Python",
      "replace": "as Python", "rfind": "as Python", "rindex": "as Python", "rjust": "as Python",
      "rpartition": "as Python", "rsplit": "as Python", "rstrip": "as Python", "split": "as Python",
      "splitlines": "as Python", "startswith": "as Python", "strip": "as Python", "swapcase": "as Python",
      "title": "as Python", "upper": "as Python", "zfill": "as Python",
    ])
    + refused([
      "casefold": "folding beyond small letters", "encode": "bytes", "format_map": "fields of an object",
      "isidentifier": "names of Python", "isprintable": "kinds of characters",
      "istitle": "kinds of characters",
      "maketrans": "tables", "translate": "tables",
    ])

  private static let dictionaryMethods =
    rows([
      "copy": "as Python", "get": "as Python", "items": "as Python", "keys": "as Python",
      "values": "as Python",
    ])
    + refused(["fromkeys": "a dictionary of a list"])
    + hidden(["clear", "pop", "popitem", "setdefault", "update"])

  private static let listMethods =
    rows(["copy": "as Python", "count": "as Python", "index": "as Python"])
    + hidden(["append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"])

  private static func hidden(_ names: [String]) -> [FieldRow] {
    names.map { .carriedOut($0, "changes a value: hidden, as in the sandbox, so its call is an error") }
  }

  private static let loopMembers = rows([
    "changed": "whether values are others than last time", "cycle": "values in turn", "depth": "from 1",
    "depth0": "from 0", "first": "the first item", "index": "from 1", "index0": "from 0",
    "last": "the last item",
    "length": "how many items", "nextitem": "the item after", "previtem": "the item before",
    "revindex": "from the end, to 1", "revindex0": "from the end, to 0",
  ])
}
