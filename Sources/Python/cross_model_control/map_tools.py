"""Tools for maps that the program owns: turned round, one after the other, checked."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from .arguments import place_of
from .errors import MapError
from .map_json import read_json, write_json
from .program import run_program

if TYPE_CHECKING:
    from .token_map import TokenMap


@dataclass(frozen=True)
class Check:
    """One check of a map.

    Attributes:
        name: What was checked.
        expected: What was to be.
        found: What is.
        passed: Whether it holds.
    """

    name: str
    expected: str
    found: str
    passed: bool


@dataclass(frozen=True)
class CheckReport:
    """All checks of a map; true where every one of them holds.

    Attributes:
        checks: The checks, in their order.
        coverage: The share of tokens with a target.
        exact_share: The share of tokens with an equal target.
    """

    checks: tuple[Check, ...]
    coverage: float
    exact_share: float

    @property
    def passed(self) -> bool:
        """Whether every check holds."""
        return all(check.passed for check in self.checks)

    def __bool__(self) -> bool:
        return self.passed


def invert(token_map: TokenMap) -> TokenMap:
    """Turn a map round."""
    return _transformed("invert", token_map)


def compose(first: TokenMap, second: TokenMap) -> TokenMap:
    """Follow one map, then another."""
    return _transformed("compose", first, second)


def _transformed(command: str, *maps: TokenMap) -> TokenMap:
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{place}.json") for place in range(len(maps))]
        for token_map, path in zip(maps, paths, strict=True):
            path.write_bytes(write_json(token_map))
        output = Path(folder, "result.json")
        run_program("map", command, *paths, "--output", output, "--quiet")
        return read_json(output.read_bytes(), f"cmc map {command}")


def check(
    token_map: TokenMap,
    source: str | PathLike[str] | None,
    target: str | PathLike[str] | None,
    coverage: float | None,
    exact: float | None,
    roles: Sequence[str],
) -> CheckReport:
    """Check a map; see `TokenMap.check`."""
    if isinstance(roles, str):
        raise MapError(f"a list of roles expected, found {roles!r}", where="roles", hint=f"give [{roles!r}]")
    options: list[str | Path] = []
    for name, value in (
        ("source", source),
        ("target", target),
        ("require-coverage", coverage),
        ("require-exact", exact),
    ):
        if value is not None:
            options += [f"--{name}", place_of(value, name, MapError) if name in ("source", "target") else str(value)]
    if roles:
        options += ["--require-roles", ",".join(roles)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "map.json")
        path.write_bytes(write_json(token_map))
        result = json.loads(run_program("map", "check", path, "--json", *options, accepted=(0, 2)).stdout)
    checks = tuple(Check(c["name"], c["expected"], c["found"], c["passed"]) for c in result["checks"])
    return CheckReport(checks, result["coverage"], result["exact_share"])
