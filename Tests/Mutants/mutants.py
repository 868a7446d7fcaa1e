"""Mutants as data: read from the TOML files beside this one, found in the sources, written into a copy of them.

All mutants are compiled in at once, each behind a switch (mutant schemata), so that one build serves for all of them.
"""

import dataclasses
import hashlib
import json
import pathlib
import re
import tomllib
import zlib

FOLDER = pathlib.Path(__file__).resolve().parent
C_ENDINGS = {".c", ".h", ".cpp"}


class MutantError(Exception):
    """A mutant that cannot be used: the data or the sources must be mended."""


@dataclasses.dataclass
class Mutant:
    """One small fault."""

    name: str
    file: str  # the end of a path below Sources
    original: str  # what it changes; blanks and line ends count alike
    tests: str  # test targets or suites that should notice, with | between
    means: str  # what the fault would mean
    layer: str
    number: int = 0
    mutated: str | None = None  # what stands there instead
    guarded: str | None = None  # or both, written out, with cmcMutant($N) as the switch
    context: str | None = None  # a longer text around the original, where that alone occurs more than once
    kind: str = "expression"  # expression, statement, or rebuild: then it is built alone
    why: str | None = None  # for a survivor: why it cannot matter

    # Found in the sources:
    path: str = ""
    span: tuple[int, int] = (0, 0)

    def identity(self):
        """What a recorded result belongs to, beside the tree."""
        fields = [self.name, self.original, self.mutated, self.guarded, self.context, self.kind, self.tests]
        return hashlib.sha256(json.dumps(fields).encode()).hexdigest()[:12]


def load():
    """All mutants; each number is made of the name, so that a new mutant makes no other one be compiled again."""
    mutants, names, numbers = [], set(), {0}
    for path in sorted(FOLDER.glob("*.toml")):
        for entry in tomllib.loads(path.read_text())["mutant"]:
            entry["kind"] = entry.pop("as", "expression")
            mutant = Mutant(layer=path.stem, number=zlib.crc32(entry["name"].encode()) & 0x7FFFFFFF, **entry)
            if mutant.name in names:
                raise MutantError(f"{path.name}: the name {mutant.name} is taken")
            if mutant.number in numbers:
                raise MutantError(f"{path.name}: another name than {mutant.name}, whose number is taken")
            numbers.add(mutant.number)
            if (mutant.mutated is None) == (mutant.guarded is None):
                raise MutantError(f"{mutant.name}: either mutated or guarded")
            names.add(mutant.name)
            mutants.append(mutant)
    return mutants


def pattern(text):
    """Matches a text however it is broken into lines and indented."""
    tokens = re.findall(r"\w+|\s+|[^\w\s]", text.strip())
    parts = []
    for before, token, after in zip([""] + tokens, tokens, tokens[1:] + [""]):
        if token.isspace():
            isBetweenWords = re.match(r"\w", before[-1:]) and re.match(r"\w", after[:1])
            parts.append(r"\s+" if isBetweenWords else r"\s*")
        else:
            parts.append(re.escape(token))
            isBlankNext = after.isspace() or not after
            if not isBlankNext and not (re.match(r"\w", token) and re.match(r"\w", after)):
                parts.append(r"\s*")
    return re.compile("".join(parts))


def once(text, searched, what):
    """The one place where a text occurs."""
    found = list(pattern(searched).finditer(text))
    if len(found) != 1:
        raise MutantError(f"{what} occurs {len(found)} times")
    return found[0]


def locate(mutant, root, sources):
    """Finds the mutant's place, in its file or, where that has moved or been split, in any other."""
    named = [path for path in sources if ("/" + path).endswith("/" + mutant.file)]
    wanted = mutant.context or mutant.original
    problem = f"there is no {mutant.file}"
    for candidates in (named, sources):
        places = []
        for path in candidates:
            text = (root / path).read_text()
            places += [(path, match) for match in pattern(wanted).finditer(text)]
        if len(places) == 1:
            path, match = places[0]
            if mutant.context:
                inner = once(match.group(), mutant.original, f"{mutant.name}: the original in its context")
                start = match.start() + inner.start()
                mutant.span = (start, start + len(inner.group()))
            else:
                mutant.span = match.span()
            mutant.path = path
            return
        if candidates is named and named:
            problem = f"{mutant.file}: the text occurs {len(places)} times"
            if places:
                break
    raise MutantError(f"{mutant.name}: {problem}")


def locate_all(mutants, root):
    """Finds all places; gives the problems, which leave the others usable."""
    sources = sorted(
        str(path.relative_to(root)) for path in (root / "Sources").rglob("*")
        if path.suffix in C_ENDINGS | {".swift"} and path.is_file())
    problems = []
    for mutant in mutants:
        try:
            locate(mutant, root, sources)
        except MutantError as error:
            problems.append(str(error))
    placed = sorted((m for m in mutants if m.path), key=lambda m: (m.path, m.span))
    for one, other in zip(placed, placed[1:]):
        if one.path == other.path and one.span[1] > other.span[0]:
            problems.append(f"{one.name} and {other.name} change the same text")
            other.path = ""
    return problems


def replacement(mutant, original):
    """The text with the switch in it."""
    switch = "cmc_mutant" if pathlib.Path(mutant.path).suffix in C_ENDINGS else "cmcMutant"
    if mutant.guarded is not None:
        return mutant.guarded.replace("$N", str(mutant.number))
    if mutant.kind == "rebuild":
        return mutant.mutated
    condition = f"{switch}({mutant.number})"
    if mutant.kind == "expression":
        return f"({condition} ? ({mutant.mutated}) : ({original}))"
    if switch == "cmc_mutant":
        condition = f"({condition})"
    return f"if {condition} {{ {mutant.mutated} }} else {{ {original} }}"


def mutate(text, mutants):
    """One file's text with the switches of some mutants in it."""
    for mutant in sorted(mutants, key=lambda m: m.span, reverse=True):
        start, end = mutant.span
        text = text[:start] + replacement(mutant, text[start:end]) + text[end:]
    return text


SWIFT_SWITCH = """\
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

private let activeMutant: Int32 = {
  if let text = getenv("CMC_MUTANT") { return atoi(text) }
  guard let file = fopen("FILE", "r") else { return 0 }
  defer { fclose(file) }
  var text = [CChar](repeating: 0, count: 16)
  return fgets(&text, 15, file) == nil ? 0 : atoi(text)
}()

func cmcMutant(_ number: Int32) -> Bool { activeMutant == number }
"""

C_SWITCH = """\
#ifndef CMC_MUTANT_SWITCH
#define CMC_MUTANT_SWITCH
#include <stdio.h>
#include <stdlib.h>
__attribute__((unused, noinline)) static int cmc_mutant(int number) {
  static int active = -1;
  if (active < 0) {
    int found = 0;
    const char *text = getenv("CMC_MUTANT");
    if (text) {
      found = atoi(text);
    } else {
      FILE *file = fopen("FILE", "r");
      if (file) {
        if (fscanf(file, "%d", &found) != 1) found = 0;
        fclose(file);
      }
    }
    active = found;
  }
  return active == number;
}
#endif
"""
