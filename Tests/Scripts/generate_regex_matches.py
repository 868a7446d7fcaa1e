#!/usr/bin/env python3
"""Writes what the original libraries match, for the tests of the RegularExpressions module.

    python=$(Tests/Scripts/environment)
    $python Tests/Scripts/generate_regex_matches.py [--check]

tiktoken is asked for Rust's dialect, the tokenizers library for Oniguruma's. Matches of nothing are left out: tiktoken
takes none. With --check nothing is written; the exit status is 1 where the file would change.
"""

import os
import random
import sys

import tiktoken
from tokenizers import Regex, pre_tokenizers

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
GOLDEN = os.path.join(ROOT, "Tests", "Foundations", "RegularExpressionsTests", "RegexGolden.swift")
BYTES = {bytes([value]): value for value in range(256)}

# Patterns that both libraries take and that are carried out in both dialects, each with a text.
BOTH = [
    # (?i) over characters, properties and classes; over those that fold to several; beside one another.
    ("(?i)Σ+", "ςΣσ"),
    ("(?i)ßa", "ẞa ssa SSa ßA"),
    ("(?i)ssa", "ßa ẞA sſa"),
    ("(?i)ſa", "sa Sa"),
    ("(?i)sa", "ſa"),
    ("(?i)µa", "μa Μa"),
    ("(?i)ωa", "Ωa \u2126a"),
    ("(?i)ka", "\u212aa"),
    ("(?i)Åa", "å\u0061 \u212ba"),
    ("(?i)ǆa", "ǅa Ǆa"),
    ("(?i)ıa", "Ia ıa"),
    ("(?i)İa", "i\u0307a ia İa"),
    ("(?i)aı", "aI aı"),
    ("(?i)\ufb01a", "fia \ufb01a FIA"),
    ("(?i)ffi", "\ufb03 \ufb00i f\ufb01 FFI"),
    ("(?i)\ufb03", "ffi \ufb03"),
    ("(?i)st", "\ufb05 \ufb06 ST"),
    ("(?i)sst", "ßt s\ufb06 sst"),
    ("(?i)s+", "ßSſs"),
    ("(?i)ss+", "ßs SSs"),
    ("(?i)s{2}", "ß SS"),
    ("(?i)(?:s)(?:s)", "ß ss"),
    ("(?i)(s)s", "ß ss"),
    ("(?i)x(?:\\ss)s", "x ß x ss"),
    ("(?i)ʼn", "ŉ ʼN"),
    ("(?i)\u0345", "ι Ι \u1fbe"),
    ("(?i)αι", "ᾳ ΑΙ"),
    ("(?i)\u0390", "\u1fd3 ϊ\u0301"),
    ("(?i)𐐀", "𐐨"),
    ("(?i)\u1c8a", "\u1c89"),
    ("(?i)\ua7da", "\ua7db"),
    (r"(?i)a\p{L}", "a\u0345 aé A1"),
    (r"(?i)\p{Lu}a", "ba Ba"),
    (r"(?i)\P{Lu}a", "ba Ba 1a"),
    (r"(?i)a\p{Greek}", "aµ aω"),
    (r"(?i)\w+", "Aſ ß"),
    ("(?i)[^a-z]", "k K \u212a ſ 1"),
    ("(?i)[k]", "K\u212a"),
    ("(?i)a[İ-ı]", "aI aİ aı ai"),
    ("(?i)[à-ý]a", "Àa ÿa"),
    ("(?i)[ß]", "ss ẞ s"),
    ("(?i)[^ß]", "ss ẞ s"),
    ("(?i)[ßﬃ]x", "ssx ffix ﬃx"),
    (r"(?i)[\p{L}]{2}x", "ssx aßx"),
    ("(?i)[[^a]b]", "aAbc"),
    (r"(?i)[\p{Lu}]", "aB1"),
    (r"(?i)[\P{Lu}]", "aB1"),
    (r"(?i)[\p{Lu}&&[a-k]]+", "aBkz\u212a"),
    ("(?i)(?<=ß)a", "ẞa ssa"),
    ("(?i)(?<=ss)a", "SSa ßa"),
    ("(?i)(?<![sß])a", "Sa ẞa ba"),
    (r"(?i)\x73\x{73}", "ß SS"),
    # Switches.
    ("a|b(?i)c|d", "bC D bd ad A bc"),
    ("(a(?i)b)c", "aBC aBc"),
    ("(?:a(?i)b)c", "aBC aBc"),
    ("(?i:a)b", "Ab AB"),
    ("(?i)a(?-i)b|c", "Ab C AB c"),
    ("(?=(?i)a).b", "Ab AB"),
    ("(?i:a(?-i)b)c", "AbC Abc"),
    ("(a|b(?i)c|d)e", "DE De dE bCe"),
    # Classes.
    ("[a-c-e]", "abce-d"),
    ("[a-]", "a-b"),
    ("[-a]", "a-b"),
    ("[--a]", "-.a"),
    ("[!--]", "!+-."),
    ("[]a]+", "a]b"),
    ("[^]a]+", "a]b"),
    ("[]-a]", "]^-a"),
    ("[a&&b]", "ab"),
    ("[a-d&&b-e&&[^c]]", "abcde"),
    ("[a&&]", "a&"),
    ("[&a&]", "a&"),
    ("[^a-c&&b-d]", "abcd"),
    ("[a-z--b]", "abc-"),
    ("[a~~b]", "ab~"),
    (r"[\&&a]", "&a"),
    (r"[a\]b]+", "a]b"),
    ("[a^]", "a^"),
    (r"[\w-]+", "a-b"),
    (r"[\s\S]", "a\n"),
    (r"[^\s\S]", "a\n"),
    (r"[\x41-\x43]", "ABCD"),
    (r"[\u0041-\x{43}]", "ABCD"),
    ("[[a-c][x]]+", "axd"),
    (r"\w+", "a\u200dⒶ²½_١"),
    (r"[\w]+", "a\u200dⒶ²½_١"),
    (r"[^\w]+", "a\u200dⒶ²½_١"),
    (r"\d+", "1٣²"),
    (r"\s+", "a \u0085\u200b\u1680\u001c"),
    # Properties.
    (r"\p{lu}\p{Lowercase Letter}", "Ab"),
    (r"\p{Han}+", "漢字\U0002b73a"),
    (r"\p{^L}+", "a1b"),
    (r"\P{^L}+", "a1b"),
    (r"\p{old-italic}", "\U00010300"),
    (r"\p{LC}+", "aǅʰ"),
    (r"\p{Inherited}", "\u0301\u1acf"),
    (r"\p{Any}", "a"),
    # Quantifiers and braces.
    ("a{,2}b", "aaab"),
    ("a{2}?b", "aab"),
    ("a{1,2}?", "aaa"),
    ("a{2}+", "aaaa"),
    ("a{1,3}+a", "aaaa"),
    ("a{x}", "a{x}"),
    ("a{2", "a{2"),
    ("a}", "a}"),
    ("(?:a|b?)+c", "abc"),
    ("(?:a?)*b", "aab"),
    ("(?:a*?)+b", "aab"),
    ("(?:|a)+b", "aab"),
    ("(?:a+?)?b", "aab"),
    ("(ab){1}c", "ababc"),
    ("(?:a{2}){2}", "aaaaa"),
    ("(?>a*)b", "aab"),
    ("a++b", "aab"),
    ("a?+a", "aa"),
    ("a*+a", "aa"),
    # Places and the rest.
    ("^a", "a\na"),
    ("a$", "a\na\n"),
    ("^.", "a\n\nb\n"),
    (r"\Aa|a\z", "aba"),
    (".", "\r\n\u0085\u2028"),
    ("(?<=a|bc)d", "ad bcd cd"),
    ("(?<!a)b(?!c)", "ab bc bd"),
    (r"\t\n\v\f\r\a\e\.\-\ ", "\t\n\x0b\x0c\r\x07\x1b.- "),
    ("]", "]"),
    ("(?i:'s|'t|'re|'ve|'m|'ll|'d)", "I'S you'Re 'ſ 'lL"),
]
ONIGURUMA = [
    (r"\pL{2}", "pLL ab"),
    (r"\pN", "pN 1"),
    (r"[\pL]", "pLa"),
    (r"\P", "P"),
    ("a{3,1}b", "aaab"),
    ("a{2}{3}", "aaaaaa"),
    ("a**", "aa"),
    ("a*?+b", "aab"),
    (r"\x4", "\x04"),
    ("(^|a)+b", "ab"),
    ("((?=a))*a", "a"),
    ("()*a", "a"),
    (r"\<", "<"),
    ("[a-c--e]", "abc-.de"),
    ("[[a]-z]", "a-z"),
    ("ab{1}+", "abb"),
]
RUST = [
    (r"\pL{2}", "pLL ab"),
    (r"\PN", "1a"),
    (r"[\w--\d]+", "a1b"),
    (r"[\p{L}--[a-z]]", "aé"),
    (r"[^\s--a]+", "ba- "),
    (r"[\p{L}~~[a-z1]]", "a1é"),
    ("[a&&b--c~~d]", "abcd"),
    ("[a-z--[c-x]&&a-d]", "abcdz"),
    ("(?i)[^a--b]", "aAbB"),
    ("{2}", "{2}"),
    ("a{2}{3}", "aa{3}"),
    ("a{,}b", "aab"),
    ("a*?+b", "aab"),
    (r"\u{41}\x{00000042}", "AB"),
    (r"\p{Script=Han}\p{sc=Latin}\p{gc=Nd}", "漢a1"),
    (r"[\<]", "<"),
    ("(?:(?i:a))b", "Ab AB"),
    ("[---a]", "-a"),
    ("[]--a]", "]a"),
]
# Patterns that the library of the dialect refuses.
REFUSED_BOTH = [
    "(?i){2}",
    "(?i)*",
    "*a",
    "(?:(?=a))*",
    r"[\d-a]",
    r"[a-\d]",
    "[b-a]",
    "[",
    "[]",
    "[^]",
    "(",
    "a)",
    r"\p{Foo}",
    r"\p{L&}",
    r"\p{foo=Han}",
    r"\p{Jurchen}",
    r"\p{}",
    "a\\",
]
REFUSED_ONIGURUMA = [
    "{2}",
    "(?:^|a)+",
    "(?<!(a))b",
    "(?<=(?=a)a)b",
    "(?<=(?<!a)a)b",
    r"[\p{L}--[a-z]]",
    r"\p{Script=Han}",
    r"\x80",
    r"\u{41}",
    "(?P<n>a)",
]
REFUSED_RUST = [
    "(?:)*",
    "a**",
    "a{2}*",
    r"\x4",
    r"\x{000000041}",
    r"\ud800",
    r"\q",
    r"\x{110000}",
    r"\p{Unknown}",
    "[&&--a",
]

# Groups of categories, categories by both their names, and scripts, those among them that grew since.
PROPERTIES = (
    "L M N P S Z C Lu Ll Lt Lm Lo Mn Nd Nl No Pc Pd Po Sm Sc Sk So Zs Cc Cf Co Cn LC Letter Decimal_Number Punct "
    "Common Inherited Latin Greek Arabic Han Hiragana Katakana Hangul Tangut Old_Italic"
).split()


def rust(pattern, text):
    """What tiktoken matches, or None where it refuses the pattern."""
    ranks = dict(BYTES)
    for start in range(len(text) + 1):
        for end in range(start, len(text) + 1):
            ranks.setdefault(text[start:end].encode(), len(ranks))
    try:
        encoding = tiktoken.Encoding("one", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
    except ValueError:
        return None
    pieces = [encoding.decode_single_token_bytes(token).decode() for token in encoding.encode_ordinary(text)]
    return [piece for piece in pieces if piece]


def oniguruma(pattern, text):
    """What the tokenizers library matches, or None where it refuses the pattern."""
    try:
        regex = Regex(pattern)
    except Exception:  # The library raises no class of its own.
        return None
    pieces = pre_tokenizers.Split(regex, "isolated").pre_tokenize_str(text)
    between = {place for _, place in pre_tokenizers.Split(regex, "removed").pre_tokenize_str(text)}
    return [piece for piece, place in pieces if place not in between and piece]


LIBRARIES = {"oniguruma": oniguruma, "rust": rust}


class Patterns:
    """Random patterns and texts for them."""

    LETTERS = "abskSKiItfjn1'" + "ſ\u212aKİıßẞéµσςΣ\ufb01\ufb03ǆ\u0301\u030cʼι\u0308ά"
    SETS = [
        r"\p{L}",
        r"\p{Lu}",
        r"\P{Lu}",
        r"\p{Greek}",
        r"\w",
        r"\W",
        r"\s",
        r"\S",
        r"\d",
        r"\pL",
        r"\x41",
        r"\]",
        ".",
    ]
    QUANTIFIERS = [""] * 9 + "+ * ? {1,3} {2} {1} +? *? ?? ++ *+ ?+ {,2} {1,2}+ {2}? {2}{3} {x}".split()

    def __init__(self, seed):
        self.random = random.Random(seed)

    def choice(self, *options):
        return self.random.choice(options)

    def letters(self, least=1, most=3):
        return "".join(self.random.choice(self.LETTERS) for _ in range(self.random.randint(least, most)))

    def bracketed(self, depth=0):
        parts = []
        for _ in range(self.random.randint(1, 4)):
            kind = self.random.random()
            if kind < 0.4:
                parts.append(self.letters())
            elif kind < 0.6:
                parts.append(self.random.choice(self.SETS[:-1]))
            elif kind < 0.75:
                parts.append(self.choice("a-z", "à-ý", "k-s", "a-c-e", "!--", "x-"))
            elif kind < 0.87 or depth > 1:
                parts.append(self.choice("&&", "--", "~~", "-", "&", "^"))
            else:
                parts.append(self.bracketed(depth + 1))
        return "[" + self.choice("", "", "^") + "".join(parts) + "]"

    def atom(self, depth):
        kind = self.random.random()
        if kind < 0.45 or depth > 2:
            return self.letters()
        if kind < 0.6:
            return self.bracketed()
        if kind < 0.72:
            return self.random.choice(self.SETS)
        if kind < 0.8:
            return self.choice("ss", "ffi", "st", "sst", "^", "$", r"\A", "(?i)", "(?-i)", "]", "{")
        opening = self.choice("(", "(?:", "(?i:", "(?-i:", "(?>", "(?=", "(?!", "(?<=", "(?<!")
        return opening + self.alternatives(depth + 1) + ")"

    def alternatives(self, depth=0):
        return "|".join(
            "".join(self.atom(depth) + self.random.choice(self.QUANTIFIERS) for _ in range(self.random.randint(1, 3)))
            for _ in range(self.choice(1, 1, 2))
        )

    def pair(self):
        pattern = self.choice("", "(?i)") + self.alternatives()
        mentioned = [character for character in pattern if character.isalnum()] + list(self.LETTERS + " \n")
        return pattern, "".join(self.random.choice(mentioned) for _ in range(self.random.randint(1, 12)))


def literal(text):
    """A string of Swift that is the text, and shows nothing that cannot be seen."""
    cells = []
    for character in text:
        if character in '"\\':
            cells.append("\\" + character)
        elif 0x20 <= ord(character) < 0x7F:
            cells.append(character)
        else:
            cells.append(f"\\u{{{ord(character):X}}}")
    return '"' + "".join(cells) + '"'


def row(dialect, *texts):
    return "    [" + ", ".join(map(literal, (dialect, *texts))) + "],\n"


def carried_out():
    for dialect, own in (("oniguruma", ONIGURUMA), ("rust", RUST)):
        for pattern, text in BOTH + own:
            matches = LIBRARIES[dialect](pattern, text)
            if matches is None:
                raise SystemExit(f"the library of {dialect} refuses {pattern}")
            yield row(dialect, pattern, text, *matches)


def refused():
    for dialect, own in (("oniguruma", REFUSED_ONIGURUMA), ("rust", REFUSED_RUST)):
        for pattern in REFUSED_BOTH + own:
            if LIBRARIES[dialect](pattern, "a") is not None:
                raise SystemExit(f"the library of {dialect} takes {pattern}")
            yield row(dialect, pattern)


def drawn(count=90):
    for dialect, library in LIBRARIES.items():
        patterns = Patterns(dialect)
        found = 0
        while found < count:
            pattern, text = patterns.pair()
            matches = library(pattern, text)
            if matches:
                found += 1
                yield row(dialect, pattern, text, *matches)


def properties():
    """How many characters have each property; the libraries must agree."""
    everything = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x110000)]))
    for name in PROPERTIES:
        pattern = rf"\p{{{name}}}"
        encoding = tiktoken.Encoding("one", pat_str=pattern, mergeable_ranks=BYTES, special_tokens={})
        found = encoding.decode_bytes(encoding.encode_ordinary(everything)).decode()
        rest = pre_tokenizers.Split(Regex(pattern), "removed").pre_tokenize_str(everything)
        if found != "".join(sorted(set(everything) - set("".join(piece for piece, _ in rest)))):
            raise SystemExit(f"the libraries differ about {name}")
        yield f"    ({literal(name)}, {len(found)}),\n"


def golden():
    return (
        "// swift-format-ignore-file\n"
        "// Generated by Tests/Scripts/generate_regex_matches.py; do not edit.\n\n"
        "/// What the original libraries match.\n"
        "enum RegexGolden {\n"
        "  /// A dialect, a pattern, a text, and the matches of one character and more.\n"
        "  static let carriedOut: [[String]] = [\n" + "".join(carried_out()) + "  ]\n\n"
        "  /// The same of patterns that were drawn, some of which are refused here.\n"
        "  static let drawn: [[String]] = [\n" + "".join(drawn()) + "  ]\n\n"
        "  /// A dialect, and a pattern that its library refuses.\n"
        "  static let refused: [[String]] = [\n" + "".join(refused()) + "  ]\n\n"
        "  /// How many characters have a property.\n"
        "  static let properties: [(String, Int)] = [\n" + "".join(properties()) + "  ]\n}\n"
    )


def main():
    text = golden()
    if "--check" in sys.argv:
        with open(GOLDEN, encoding="utf-8") as file:
            return 0 if file.read() == text else 1
    with open(GOLDEN, "w", encoding="utf-8") as file:
        file.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
