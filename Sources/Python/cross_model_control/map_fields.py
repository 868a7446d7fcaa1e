"""Members of maps: what is unknown, doubled or of another type is refused, not passed over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import MapError
from .map_checks import contradiction
from .map_text import joined, json_of, one_line
from .sides import KINDS, MapSide
from .token_map import HIGHEST_ID, Targets

MEMBERS = {
    "top": ("version", "tool", "source", "target", "ids", "method", "distance", "sequences", "overrides"),
    "side": ("name", "tokens", "max_id", "logits_width", "fingerprint", "kinds", "pieces"),
    "sequence": ("ids", "weights", "combine"),
    "override": ("name", "sha256"),
}
"""What each kind of object in a map's JSON can have; every version of the program has written these and no others."""

_NAMES = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", int: "an integer", float: "a number"}
_DIGEST = re.compile(r"[0-9A-Fa-f]{64}\Z")
_ROW = re.compile(r"(?:0|[1-9][0-9]{0,9})\Z")


class Fields:
    """A JSON object, and how messages name it."""

    def __init__(self, value: Any, where: str, kind: str, path: str = "", tool: str = "") -> None:
        """Take an object.

        Args:
            value: It.
            where: The file.
            kind: Which of MEMBERS it can have.
            path: Where it stands in the file; empty at the top.
            tool: The program that wrote the file; at the top the file says it.

        Raises:
            MapError: The value is another one, or has a member that is not known.
        """
        self.where, self.path = where, path
        self.members: dict[str, Any] = self.expect(value, dict, path)
        self.tool: str = tool if path else self.optional("tool", str, "")
        refuse_unknown(self.members, MEMBERS[kind], "token-map.json", where, path, self.tool)

    @classmethod
    def parse(cls, data: bytes, where: str) -> Any:
        """Give what a file's JSON says, as strictly as the program reads it: UTF-8, finite numbers, no name twice.

        Raises:
            MapError: It is not JSON, or a member stands there twice.
        """
        try:
            return json_of(data, where)
        except (ValueError, RecursionError) as error:
            raise MapError(f"is not JSON: {error}", where=where) from None

    def place(self, name: str) -> str:
        """Give the path of a member."""
        return f"{self.path}.{name}" if self.path else name

    def fault(self, place: str, what: str) -> MapError:
        """Give the error for what is wrong somewhere."""
        return MapError(f"{place}: {what}" if place else what, where=self.where)

    def expect(self, value: Any, kind: type, place: str, wanted: str = "") -> Any:
        """Give a value of a type; a boolean is no integer."""
        if type(value) is not kind:
            found = "null" if value is None else _NAMES[type(value)]
            raise self.fault(place, f"{wanted or _NAMES[kind]} expected, found {found}")
        return value

    def required(self, name: str, kind: type) -> Any:
        """Give a member that must be there."""
        if name not in self.members:
            raise self.fault(self.path, f"{name!r} is missing")
        return self.expect(self.members[name], kind, self.place(name))

    def optional(self, name: str, kind: type, default: Any) -> Any:
        """Give a member that may be left out."""
        return self.required(name, kind) if name in self.members else default

    def integers(self, name: str, lowest: int, highest: int) -> npt.NDArray[np.int32]:
        """Give a list of integers within bounds."""
        values, place = self.required(name, list), self.place(name)
        if not set(map(type, values)) <= {int}:
            at = next(at for at, value in enumerate(values) if type(value) is not int)
            self.expect(values[at], int, f"{place}[{at}]")
        if values and (min(values) < lowest or max(values) > highest):
            at = next(at for at, value in enumerate(values) if not lowest <= value <= highest)
            raise self.fault(f"{place}[{at}]", f"{values[at]} is outside {lowest}…{highest}")
        return np.array(values, np.int32)

    def digest(self, name: str) -> str:
        """Give a SHA-256 as 64 hexadecimal digits."""
        value: str = self.expect(self.members[name], str, self.place(name), "64 hexadecimal digits")
        if not _DIGEST.match(value):
            raise self.fault(self.place(name), f"64 hexadecimal digits expected, found {value[:70]!r}")
        return value.lower()

    def count(self, name: str) -> int | None:
        """Give a number of tokens; null is the same as none."""
        value = self.members.get(name)
        if value is None:
            return None
        self.expect(value, int, self.place(name))
        if not 0 <= value <= HIGHEST_ID:
            raise self.fault(self.place(name), f"{value} is outside 0…{HIGHEST_ID}")
        return int(value)

    def side(self, name: str) -> MapSide:
        """Give a vocabulary."""
        own = Fields(self.required(name, dict), self.where, "side", self.place(name), self.tool)
        kinds, pieces = own.optional("kinds", str, None), own.optional("pieces", list, None)
        if kinds is not None and not set(kinds) <= set(KINDS):
            odd = min(set(kinds) - set(KINDS))
            raise self.fault(own.place("kinds"), f"a string of the letters t, f, b, s and - expected, found {odd!r}")
        if pieces is not None and not set(map(type, pieces)) <= {str, type(None)}:
            at = next(at for at, piece in enumerate(pieces) if piece is not None and type(piece) is not str)
            own.expect(pieces[at], str, f"{own.place('pieces')}[{at}]", "a string or null")
        side = MapSide(
            own.optional("name", str, ""),
            own.count("tokens"),
            own.count("max_id"),
            own.count("logits_width"),
            own.digest("fingerprint") if "fingerprint" in own.members else None,
            kinds,
            None if pieces is None else tuple(pieces),
        )
        self._check_lengths(side, name)
        return side

    def _check_lengths(self, side: MapSide, name: str) -> None:
        """Refuse kinds and pieces that are not one for each id, and a null piece where there is a token."""
        for column, values in (("kinds", side.kinds), ("pieces", side.pieces)):
            figure, found = f"the number of {name}.{column}", 0 if values is None else len(values)
            if values is not None and side.max_id is not None and found != side.max_id + 1:
                raise contradiction(self.where, f"{name}.max_id", side.max_id, figure, found)
            if values is not None and side.kinds is not None and found != len(side.kinds):
                raise contradiction(self.where, figure, found, f"the number of {name}.kinds", len(side.kinds))
        for token, (kind, piece) in enumerate(zip(side.kinds or "", side.pieces or (), strict=False)):
            if (kind == "-") != (piece is None):
                says = "null" if piece is None else "a string"
                raise contradiction(self.where, f"{name}.pieces[{token}]", says, f"the kind of id {token}", KINDS[kind])

    def sequences(self, rows: int, highest: int) -> dict[int, Targets]:
        """Give the entries with several targets."""
        result: dict[int, Targets] = {}
        for key, value in self.optional("sequences", dict, {}).items():
            place = f"sequences.{one_line(key)}"
            if not _ROW.match(key):
                raise self.fault(place, "is no id: digits alone, and no 0 before others")
            if int(key) >= rows:
                raise self.fault(place, "is not the id of an entry")
            own = Fields(value, self.where, "sequence", place, self.tool)
            weights = own.required("weights", list)
            for at, weight in enumerate(weights):
                if type(weight) is not int:
                    own.expect(weight, float, f"{place}.weights[{at}]")
            try:
                with np.errstate(over="ignore"):
                    shares = tuple(np.array(weights, np.float64).astype(np.float32).astype(float).tolist())
            except OverflowError:
                raise self.fault(f"{place}.weights", "not numbers of 0 or more that add up to 1") from None
            ids = tuple(own.integers("ids", 0, highest).tolist())
            result[int(key)] = Targets(ids, shares, own.required("combine", str))
        return result

    def overrides(self) -> tuple[tuple[str, str], ...]:
        """Give names and digests of override files."""
        values = self.optional("overrides", list, [])
        entries = [Fields(value, self.where, "override", f"overrides[{at}]", self.tool) for at, value in enumerate(values)]
        return tuple((entry.required("name", str), (entry.required("sha256", str), entry.digest("sha256"))[1]) for entry in entries)


def refuse_unknown(names: Iterable[str], known: Sequence[str], format: str, where: str, path: str, tool: str = "") -> None:
    """Refuse the first of some names that is not known: it could be what another program decides by.

    Args:
        names: Those that stand there.
        known: Those that could.
        format: The format's name, as `cmc formats` has it.
        where: The file.
        path: Where they stand in the file; empty at the top.
        tool: The program that wrote the file, as the file says.

    Raises:
        MapError: There is one.
    """
    for name in names:
        if name in known:
            continue
        near = min(known, key=lambda other: _edits(name[:40], other))
        listing = f"`cmc formats {format}` lists what is known"
        if _edits(name[:40], near) <= 2:
            hint = f"did you mean '{near}'? {listing}"
        elif tool:
            hint = f"read it with the program that wrote it, or take the member out; {listing}"
        else:
            hint = f"take it out; {listing}"
        writer = f" (written by {one_line(tool, 60)})" if tool else ""
        what = f"{joined(path, name)}: not a known member of {format}{writer}; what it says would be lost"
        raise MapError(what, where=where, hint=hint)


def _edits(one: str, other: str) -> int:
    """Give how many characters change one name into another."""
    row = list(range(len(other) + 1))
    for a in one:
        diagonal, row[0] = row[0], row[0] + 1
        for at, b in enumerate(other, 1):
            diagonal, row[at] = row[at], diagonal if a == b else 1 + min(diagonal, row[at], row[at - 1])
    return row[-1]
