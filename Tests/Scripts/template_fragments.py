"""Random fragments of templates, for property_templates.py: every tag, operator, filter, test, method and function,
with right, superfluous and misspelt arguments."""

VARIABLES = {
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": " Hi,\n\"you\"! \t", "name": "Ann"},
        {"role": "assistant", "content": "Ünïcode ǅ ΑΣ ß 你好 \u2028 x\u00ad"},
        {"role": "tool", "content": {"a": [1, 2.5, None], "b": "x"}},
    ],
    "bos_token": "<s>", "eos_token": "</s>", "add_generation_prompt": True, "tools": None, "documents": None,
    "text": "one two-three\nFOUR  five\tsix", "word": "Straße", "empty": "", "digits": "0042", "number": 7, "minus": -3,
    "half": 2.5, "tiny": 1e-07, "big": 1e20, "yes": True, "no": False, "nothing": None,
    "list": [3, 1, 2], "words": ["b", "A", "c", "a"], "mixed": [1, "a", None, 2.0, [1], {"k": 1}], "none": [],
    "map": {"b": 1, "a": 2, "items": 3}, "nested": {"x": {"y": [{"z": "deep"}]}, "l": [1, [2, [3]]]},
    "rows": [{"n": 2, "s": "b"}, {"n": 1, "s": "B"}, {"n": 2, "s": "a"}, {"s": "c"}],
}

STRINGS = ["", "a", "b", "abc", " x ", "a,b,c", "Hello World", "don't", 'say "hi"', "é", "ß", "İ", "x\\ny", "\\t", "12",
           "-3.7", "1e3", "0x1f", "nan", "Zwölf", "a-b c", "{}", "{0} {1}", "{a:>5}", "{:.2f}", "%s", "<b>", "\\u4f60", "aXbX",
           "UPPER lower", "line\\nline\\n\\nend", "tab\\there", "ǆ", "٣", "½", "_", "1_000", " 12 ", "inf", "\\x41\\101"]
INTS = [0, 1, 2, 3, 5, -1, -2, 7, 10, 12, 255, 1000, 100001]
FLOATS = ["0.5", "1.0", "2.5", "-1.5", "3.14159", "1e3", "1e16", "1e-5", "0.1", "100.0", "2.675", "1_0.5"]
FILTERS = {
    "any": ["string", "default('d')", "default('d', true)", "default(default_value=1)", "d", "tojson", "tojson(indent=2)",
            "tojson(ensure_ascii=True)", "tojson(sort_keys=true)", "tojson(separators=(',', ':'))", "tojson(indent='\t')",
            "tojson(true, 1)", "pprint", "safe", "attr('x')", "attr('items')", "length", "list", "trim", "upper", "int", "float"],
    "str": ["trim", "upper", "lower", "title", "capitalize", "length", "count", "replace('a', 'b')", "replace('', '-')",
            "replace('a', 'b', 1)", "replace(old='a', new='')", "replace(1, 2)", "indent", "indent(2)", "indent(2, true)",
            "indent(width='>', blank=true)", "indent(first=true)", "center(20)", "center", "truncate(5)", "truncate(5, true)",
            "truncate(4, true, '', 0)", "truncate(length=9, end='~', leeway=1)", "trim('x')", "trim(chars=' a')", "trim(none)",
            "int", "int(5)", "int(default=-1)", "int(0, 16)", "int(base=8)", "float", "float(1.5)", "list", "reverse",
            "first", "last", "join('-')", "join", "string", "safe", "escape", "e", "wordcount", "urlencode", "wordwrap(5)",
            "striptags", "format('x')", "batch(2)", "unique", "sort", "select", "min", "max", "forceescape", "filesizeformat"],
    "num": ["abs", "int", "float", "round", "round(1)", "round(2, 'ceil')", "round(method='floor')", "round(precision=1)",
            "string", "tojson", "default(3)", "round(0, 'other')", "filesizeformat", "round(none)"],
    "list": ["length", "first", "last", "join", "join(', ')", "join(d='|')", "join(1)", "list", "reverse", "sort",
             "sort(true)", "sort(reverse=true)", "sort(case_sensitive=true)", "unique", "unique(true)", "min", "max",
             "max(case_sensitive=true)", "sum", "sum(start=10)", "sum(none, [])", "map('upper')", "map('string')",
             "map('replace', 'a', 'o')", "map('default', 1)", "map('int', default=2)", "select", "reject", "select('string')",
             "select('number')", "select('>', 1)", "reject('none')", "reject('equalto', 1)", "select('in', [1, 'a'])",
             "select('divisibleby', 2)", "batch(2)", "batch(2, 'x')", "batch(linecount=3, fill_with=0)", "slice(2)",
             "slice(2, fill_with='-')", "slice(0)", "random", "string", "tojson", "map('nofilter')", "select('notest')",
             "map", "map('upper', 1)", "last(1)", "map(attribute='x')", "sort(attribute=0)", "tojson(indent=1)", "items"],
    "rows": ["map(attribute='s')", "map(attribute='n', default=9)", "map(attribute='n', default='-', x=1)", "map(attribute='q.r')",
             "selectattr('n')", "selectattr('n', 'eq', 2)", "rejectattr('s', 'in', ['a', 'b'])", "selectattr('n', 'defined')",
             "selectattr('s', 'lower')", "groupby('s')", "groupby('s', case_sensitive=true)", "groupby('n', default=0)",
             "groupby('n')", "sort(attribute='s')", "sort(attribute='s,n')", "sort(attribute='n')", "sum(attribute='n')",
             "join(', ', attribute='s')", "map('tojson')", "map('length')", "unique(attribute='s')", "min(attribute='s')",
             "max(attribute='n')", "selectattr", "map('items')", "rejectattr('n', 'undefined')", "first", "last", "list"],
    "map": ["length", "items", "dictsort", "dictsort(true)", "dictsort(by='value')", "dictsort(false, 'value', true)",
            "dictsort(by='x')", "list", "tojson", "tojson(sort_keys=true)", "join(',')", "first", "string", "sort", "reverse",
            "xmlattr", "last", "map('upper')", "select('eq', 'a')", "sum", "tojson(indent=0)", "tojson(indent=-1)"],
}
TESTS = ["defined", "undefined", "none", "string", "number", "integer", "float", "boolean", "true", "false", "mapping",
         "iterable", "sequence", "callable", "odd", "even", "divisibleby(3)", "divisibleby 2", "divisibleby(num=2)", "eq 1",
         "equalto('a')", "ne 2", "lt 3", "gt(1)", "ge 2", "le 2", "lessthan 3", "greaterthan 1", "in [1, 2, 'a']", "in 'abc'",
         "sameas none", "sameas true", "sameas 1", "lower", "upper", "escaped", "filter", "test", "notest", "defined(1)", "odd(2)",
         "eq(other=1)", "in(seq=[1])", "divisibleby", "eq", "string(x=1)", "divisibleby(0)", "sameas(other=none)"]
METHODS = {
    "str": ["strip()", "strip('x')", "lstrip()", "rstrip(' a')", "strip(none)", "split()", "split(',')", "split(',', 1)",
            "split(maxsplit=1)", "split(sep='a')", "split('a', maxsplit=0)", "rsplit(' ', 1)", "rsplit()", "rsplit(none, 1)", "split('')",
            "splitlines()", "splitlines(true)", "splitlines(keepends=true)", "splitlines('x')", "splitlines(none)", "splitlines(2)",
            "startswith('a')", "startswith(('a', 'H'))",
            "startswith('b', 1)", "startswith('a', 0, 1)", "endswith('c')", "endswith(('x', ''))", "endswith('o', 0, 5)", "find('b')",
            "find('b', 2)", "find('', 99)", "rfind('a')", "rfind('a', 0, 1)", "index('a')", "rindex('z')", "count('a')", "count('')",
            "count('a', 1)", "count('', 2, 3)", "upper()", "lower()", "title()", "capitalize()", "swapcase()", "casefold()",
            "replace('a', 'b')", "replace('a', 'b', 1)", "replace('', '.')", "replace('', '.', 2)", "replace('a')", "replace(old='a', new='b')",
            "join(['x', 'y'])", "join('xyz')", "join([1])", "join({'k': 1})", "join(words)", "center(9)", "center(8, '*')", "ljust(6, '.')", "rjust(6)",
            "zfill(6)", "expandtabs()", "expandtabs(4)", "partition(' ')", "rpartition('a')", "removeprefix('a')", "removesuffix('c')",
            "isalpha()", "isdigit()", "isdecimal()", "isnumeric()", "isalnum()", "isspace()", "islower()", "isupper()", "isascii()",
            "istitle()", "isidentifier()", "encode()", "translate({})", "format(1, 2)", "format('x')", "format(a='y')", "format()",
            "format_map({})", "upper(1)", "strip('a', 'b')", "strip(chars='a')", "nomethod()", "nomember", "find()", "split(1)", "count('a', x=1)",
            "startswith(1)", "title(x=1)", "zfill('3')", "lower", "rjust(3, 'ab')", "center(width=3)"],
    "map": ["items()", "keys()", "values()", "get('a')", "get('zz')", "get('zz', 5)", "get('zz', default=5)", "get()", "copy()",
            "items() | list", "keys() | list", "values() | list", "pop('a')", "update({})", "a", "zz", "items", "get(1)", "get([])",
            "items() | length", "get('a', 1, 2)", "keys(1)", "setdefault('a', 1)", "nomethod()", "fromkeys([1])", "x.y[0].z", "items() | first"],
    "list": ["count(1)", "index(1)", "index('zz')", "copy()", "append(1)", "0", "1", "9", "nomember", "pop()", "count()", "index(1, 1)",
             "sort()", "0.1", "count(1, 2)", "extend([1])"],
}


class Fragments:
    """Templates as lists of parts."""

    def __init__(self, random):
        self.random = random

    def one(self, items):
        return self.random.choice(items)

    def chance(self, probability):
        return self.random.random() < probability

    def template(self):
        return [self.part() for _ in range(self.one([1, 1, 1, 2]))]

    # Values

    def string(self):
        quote = self.one("'\"")
        text = self.one(STRINGS)
        return quote + text.replace("'", "\\'") .replace('"', '\\"') + quote

    def integer(self):
        return str(self.one(INTS))

    def literal(self, kind, depth):
        if kind == "str":
            return self.one(["text", "word", "empty", "digits", "bos_token", "messages[0].role", "messages[1]['content']",
                             "messages[2].content", self.string(), self.string(), self.string()])
        if kind == "num":
            return self.one(["number", "minus", "half", "tiny", "big", "yes", self.integer(), self.integer(), self.one(FLOATS)])
        if kind == "list":
            if depth > 1 and self.chance(0.4):
                items = ", ".join(self.expression(depth - 2) for _ in range(self.random.randint(0, 3)))
                return self.one(["[%s]", "(%s,)", "[%s,]"]) % items if items else self.one(["[]", "()"])
            return self.one(["list", "words", "mixed", "none", "range(3)", "range(5, 1, -2)", "messages", "'abc'", "nested.l", "[2, 1]",
                             "('b', 'a')", "[1.5, 2]", "map.items()", "[[2, 'a'], [1, 'b']]", "[none, 1]", "[true, 1, 1.0]"])
        if kind == "rows":
            return self.one(["rows", "messages", "[{'s': 'x', 'n': 1}]", "rows[:2]", "rows | list"])
        if kind == "map":
            if depth > 1 and self.chance(0.4):
                return "{%s}" % ", ".join(
                    f"{self.one([self.string(), self.integer(), 'none', 'true', '1.5', '(1, 2)', '[]'])}: {self.expression(depth - 2)}"
                    for _ in range(self.random.randint(0, 3)))
            return self.one(["map", "nested", "messages[1]", "{}", "{'a': 1}", "{1: 'x', 'b': none}", "dict(a=1)", "dict(map, b=2)",
                             "dict([('k', 1)])", "dict(messages[0], **map)", "{'b': 1, 'A': 2, 'a': 0}"])
        return self.one(["nothing", "missing", "yes", "no", "missing.x", "map.zz", "list[9]", "ns", "loop", "true", "none", "False",
                         "namespace(a=1)", "namespace({'a': 1}, b=2)", "dict", "range"])

    def kind(self):
        return self.one(["str", "str", "str", "num", "num", "list", "list", "rows", "map", "any"])

    def expression(self, depth=3, kind=None):
        kind = kind or self.kind()
        # Now and then a value of a kind that does not fit.
        if self.chance(0.04):
            kind = self.kind()
        if depth <= 0 or self.chance(0.15):
            return self.literal(kind, depth)
        choice = self.random.random()
        value = self.expression(depth - 1, kind) if self.chance(0.4) else self.literal(kind, depth)
        wrapped = value if value.isidentifier() or self.chance(0.1) else f"({value})"
        if choice < 0.32:
            filters = FILTERS["any"] if self.chance(0.15) else FILTERS.get(kind, FILTERS["any"])
            filter = self.one(filters)
            if self.chance(0.05):
                filter = self.spoilt(filter)
            result = f"{wrapped} | {filter}"
            if filter.split("(")[0] in ("map", "select", "reject", "selectattr", "rejectattr", "batch", "slice", "items", "unique",
                                        "reverse") and self.chance(0.85):
                result += self.one([" | list", " | list", " | join(',')", " | length", " | first", " | tojson", " | list | tojson"])
            return result
        if choice < 0.52 and kind in METHODS:
            method = self.one(METHODS[kind])
            if self.chance(0.05):
                method = self.spoilt(method)
            return f"{wrapped}.{method}"
        if choice < 0.62:
            test = self.one(TESTS)
            return f"{wrapped} is {self.one(['', '', 'not '])}{test}"
        if choice < 0.74:
            other = self.expression(depth - 1, kind if self.chance(0.8) else None)
            operator = self.one(["+", "-", "*", "/", "//", "%", "**", "~", "~", "==", "!=", "<", "<=", ">", ">=", "in", "not in",
                                 "and", "or"])
            if operator == "**":
                other = self.one(["2", "0", "-1", "0.5", "3"])
            return f"{wrapped} {operator} {other if self.chance(0.7) else '(' + other + ')'}"
        if choice < 0.84:
            index = self.one(["0", "1", "-1", "9", "'a'", "'role'", "1:", ":2", "::-1", "-2:", "1:3", "::2", ":", "none:1", "'a':", "5:1:-1",
                              "1.5", "true", "none", "-99:99", "number", "word", "'upper'", "'items'", "[]"])
            return f"{wrapped}[{index}]"
        if choice < 0.9:
            test = self.expression(depth - 1)
            return f"{wrapped} if {test}" + (f" else {self.expression(depth - 1)}" if self.chance(0.8) else "")
        if choice < 0.93:
            return self.one(["not ", "-", "+", "- -"]) + wrapped
        if choice < 0.96:
            return f"{self.literal('num', 0)} {self.one(['<', '<=', '==', '!='])} {wrapped} {self.one(['>', '<', 'in', 'not in'])} {self.literal(self.kind(), 0)}"
        return self.one([
            "strftime_now('%d %B %Y')", "strftime_now('%Y-%m-%d')", "strftime_now('%a, %-d %b %y %j %%')", "strftime_now('%H:%M')",
            "strftime_now(format='%A %u %w %U %W')", "strftime_now()", "strftime_now('%d', 1)", "strftime_now(1)", "range(2, 8, 3) | list",
            "range(3)", "range()", "range(1, x=2)", "range('a')", "raise_exception('no ' ~ %s)" % self.string(), "raise_exception()",
            "namespace(_a=1)", "namespace(1)", "namespace([('a', 2)]).a", "dict(1)", "cycler(1, 2)", "joiner()", "lipsum()", "dict(a=1).a",
            "namespace(x=1, y='z')", "[1, 2, 3][list[1]]", "map[words[3]]", "(1, 2) + (3,)", "[1] * 2", "'%s-%s' % (1, 2)",
            "[1, [2, {'a': (3,)}]] | string", "*list", "f(*list)", "range(*[1, 3]) | list", "dict(**map)", "1 is odd is true", "2 ** 3 ** 2",
            "-2 ** 2", "1 if 0 else 2 if 0 else 3", "not 1 == 2", "1 < 2 < 3", "1,", "1, 2", "()", "x[]", "list[0, 1]", "'a' 'b'", "007", "0x1F + 0b11 + 0o7",
            "1_000", "'a' ~ 1 ~ none ~ 2.0", "nested.x.y.0.z", "nested['x']['y'][0]['z']", "messages[1:][0].role", "{'a': 1,}", "{1, 2}", "{'a'}",
            "99999999999999999999", "9223372036854775807 + 1", "1e400", "0.1 + 0.2", "7 // -2", "-7 % 3", "7.5 // -2", "-7.5 % 2", "1 / 3", "1e22", "123456789.123",
            "[messages[0].content | upper, 1] | tojson", "varargs", "kwargs", "caller()", "super()", "list is sameas list",
        ])

    def spoilt(self, call):
        """A call with an argument too many, of a wrong name, or a name misspelt."""
        name, _, rest = call.partition("(")
        rest = rest.rpartition(")")[0]
        change = self.random.randint(0, 4)
        if change == 0:
            return f"{name}({rest + ', ' if rest else ''}{self.literal('num', 0)})"
        if change == 1:
            return f"{name}({rest + ', ' if rest else ''}nonsense={self.literal('str', 0)})"
        if change == 2:
            return f"{name}x({rest})" if rest else f"{name}x"
        if change == 3:
            return f"{name}({self.literal(self.kind(), 0)})"
        return f"{name}({rest.replace('=', '_=')})"

    # Statements

    def space(self):
        return self.one(["", "", "", " ", "\n", "  \n", "\n  ", "x", "text ", "\n\n", "\t", " \n y "])

    def open(self):
        return self.one(["{%", "{%", "{%", "{%-", "{%+"]) + self.one([" ", " ", "", "\n"])

    def close(self):
        return self.one([" ", " ", "", "\n"]) + self.one(["%}", "%}", "%}", "-%}", "+%}"])

    def tag(self, text):
        return self.open() + text + self.close()

    def output(self, depth=3, value=None):
        return self.one(["{{", "{{", "{{", "{{-", "{{ ", "{{+"]) + f" {value or self.expression(depth)} " + self.one(["}}", "}}", "}}", "-}}"])

    def part(self, depth=2):
        choice = self.random.random()
        if choice < 0.5 or depth == 0:
            return self.space() + self.output() + self.space()
        body = self.space() + self.part(depth - 1)
        if choice < 0.58:
            result = self.tag("if " + self.expression(2)) + body
            if self.chance(0.3):
                result += self.tag("elif " + self.expression(2)) + self.space() + "2"
            if self.chance(0.5):
                result += self.tag("else") + self.space() + self.output(1)
            return self.space() + result + self.tag("endif") + self.space()
        if choice < 0.74:
            return self.space() + self.loop(body) + self.space()
        if choice < 0.82:
            return self.set(body)
        if choice < 0.88:
            return self.macro(body)
        return self.space() + self.rare(body) + self.space()

    def loop(self, body):
        target, items = self.one([
            ("x", "list"), ("x", "words"), ("m", "messages"), ("k, v", "map.items()"), ("k, v", "map | items"), ("x", "range(4)"),
            ("x", "'abc'"), ("x", "missing"), ("x", "map"), ("(a, b)", "[[1, 2], [3, 4]]"), ("a, (b, c)", "[(1, (2, 3))]"), ("x", "mixed"),
            ("k, v", "messages[1] | dictsort"), ("x", self.expression(1, "list")), ("x", self.expression(1)), ("loop", "list"),
            ("g, l", "rows | groupby('s')"), ("x", "list | map('string')"), ("x, y", "list"), ("true", "list"),
        ])
        test = self.one(["", "", "", " if x", " if x is not none", " if loop", f" if {self.expression(1)}", " if x != 1 if x"])
        shown = self.output(1, self.one([
            "loop.index", "loop.index0", "loop.revindex", "loop.revindex0", "loop.first", "loop.last", "loop.length", "loop.previtem",
            "loop.nextitem", "loop.depth", "loop.depth0", "loop.cycle('a', 'b')", "loop.changed(x)", "loop.nonsense", "loop", "x", "k ~ v", "m.role",
            "loop.cycle()", "loop['index']", "loop(1)", "loop | length", "a ~ b", "loop.changed(1, 2)", "loop.cycle(x=1)", "[x, loop.index] | tojson",
            "m.role ~ ': ' ~ m['content']", "x if not loop.last", "loop.index is divisibleby 2",
        ]))
        inner = self.space() + shown + self.one(["", "", body, self.tag("break"), self.tag("continue"), "{% if loop.index > 1 %}{% break %}{% endif %}",
                                                 "{% set y = x %}{{ y }}", "{% if loop.first %}{% continue %}{% endif %}{{ x }}", "{{ y }}{% set y = 1 %}"])
        otherwise = self.tag("else") + self.space() + self.one(["none", "{{ x }}", "{{ loop }}"]) if self.chance(0.25) else ""
        return self.tag(f"for {target} in {items}{test}{self.one(['', '', '', '', ' recursive'])}") + inner + otherwise + self.tag("endfor")

    def set(self, body):
        return self.one([
            lambda: self.tag(f"set v = {self.expression(2)}") + self.output(0, "v"),
            lambda: self.tag(f"set v, w = {self.one(['1, 2', 'list[:2]', self.expression(1)])}") + self.output(0, "v ~ w"),
            lambda: self.tag("set v") + body + self.tag("endset") + self.output(0, "[v]"),
            lambda: self.tag(f"set v | {self.one(FILTERS['str'])}") + body + self.tag("endset") + self.output(0, "v"),
            lambda: self.tag("set ns = namespace(n=0, s='')") + "{% for x in list %}" + self.tag("set ns.n = ns.n + x")
            + "{% set ns.s = ns.s ~ x %}{% endfor %}" + self.output(0, "ns.n ~ ns.s") + self.output(0, "ns"),
            lambda: "{% set n = 0 %}{% for x in list %}{% set n = n + x %}{{ n }}{% endfor %}{{ n }}",
            lambda: "{% if yes %}{% set q = 1 %}{% endif %}{{ q }}",
            lambda: self.tag(f"set {self.one(['none', 'x.y', 'messages.z', '(a, b)', 'a, b, c'])} = {self.literal('list', 0)}"),
            lambda: "{% set ns = namespace(go=true) %}{% for x in list if ns.go %}{{ x }}{% set ns.go = false %}{% else %}E{% endfor %}",
            lambda: "{% with a = 1, b = number %}{{ a ~ b }}" + body + "{% endwith %}{{ a }}",
            lambda: "{% with number = 1, b = number %}{{ b }}{% set c = 2 %}{% endwith %}{{ c }}",
            lambda: "{% set ns = namespace() %}{% set ns._x = 1 %}{{ ns }}",
        ])()

    def macro(self, body):
        parameters = self.one(["a", "a, b=2", "a, b=a", "a='x', b=[1]", "", "a, b", "a=1, b", "a, a", "a=b, b=1"])
        call = self.one(["f()", "f(1)", "f(1, 2)", "f(a=1)", "f(b=3, a=1)", "f(1, a=2)", "f(1, 2, 3)", "f(c=1)", "f(*list)", "f(**{'a': 5})",
                         "f(1) | upper", "f", "f(a=1, 2)", "[f(1)]", "f(1, b=2) ~ f(2)", "f(*[1], **{'b': 2})", "f.name", "f(1)(2)"])
        inner = self.one(["{{ a }}-{{ b }}", "{{ a }}", "{{ varargs }}", "{{ kwargs }}", "{{ a ~ varargs ~ kwargs }}", "{{ number }}",
                          "{{ caller() }}", body, "{{ f }}", "{% if a is number and a > 0 %}{{ a }}{{ f(a - 1) }}{% endif %}", "{% set a = 9 %}{{ a }}",
                          "{{ caller(1) if caller is defined }}", "{% for a in [1, 2] %}{{ a }}{% break %}{% endfor %}", "{% break %}", "{{ later }}"])
        result = self.tag(f"macro f({parameters})") + inner + self.tag("endmacro") + "{% set later = 'L' %}"
        if self.chance(0.3):
            heads = ["call f()", "call f(1)", "call(x) f(1)", "call f", "call(x, y=2) f(a=1)", "call nothing()", "call range(2)"]
            return result + self.tag(self.one(heads)) + self.space() + self.one(["C", "{{ x }}", "{{ number }}{{ y }}"]) + self.tag("endcall")
        return result + self.output(0, call)

    def rare(self, body):
        return self.one([
            lambda: self.tag("raw") + self.one(["{{ x }}", " {% if %} ", "\n a \n", "{# c #}", ""]) + self.tag("endraw"),
            lambda: self.one(["{#", "{#-", "{#+"]) + self.one([" comment ", "", "\n", " {{ x }} ", "-", " a # b "]) + self.one(["#}", "-#}", "+#}"]),
            lambda: self.tag("filter " + self.one(FILTERS["str"])) + body + self.tag("endfilter"),
            lambda: self.tag("generation") + body + self.one(["", "{% set g = 1 %}"]) + self.tag("endgeneration") + "{{ g }}",
            lambda: self.tag("print " + self.expression(1) + self.one(["", ", 1", ","])),
            lambda: self.tag("for x in [[1, [2, 3]], [[4]]] recursive") + "{{ loop.depth }}{% if x is iterable %}({{ loop(x) }}){% else %}{{ x }}{% endif %}"
            + self.one(["", "{% else %}E"]) + self.tag("endfor"),
            lambda: self.tag(self.one(["include 'x'", "import 'x' as y", "from 'x' import y", "extends 'x'", "do 1", "block b", "autoescape true", "unknown",
                                       "endif", "endfor", "else", "if", "for x", "set", "break", "continue", "", "set x = ", "macro", "for x in list if"])),
            lambda: self.one(["{{", "}}", "{%", "%}", "{{ 'a }}", "{{ (1 }}", "{{ 1) }}", "{{ [1} }}", "{{ a b }}", "{{ 1 + }}", "{{ 'x'|}}", "{{ x is }}", "{{ $ }}",
                              "{{ x. }}", "{{ }}", "{{- 1 -}}", "{{ 1 +}}", "{ { 1 } }", "{{ {} }}", "{{{}}}", "{{ {'a': {}} }}", "{{ 'a\nb' }}", "a\r\nb\rc\n", "{{ '\\N{BULLET}' }}",
                              "{{ \"\\ud83d\" }}", "{{ f(a=1, a=2) }}", "{{ x|upper()|lower }}", "{{ 'a'.upper().lower() }}", "{{ é }}", "{{ 1 ; 2 }}", "{{ 1 ! 2 }}"]),
        ])()
