"""Members of a map's JSON with the type they must have: what is of another is refused, not turned into it."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import MapError
from .sides import KINDS, MapSide
from .token_map import HIGHEST_ID, Targets

_NAMES = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", int: "an integer", float: "a number"}
_DIGEST = re.compile(r"[0-9A-Fa-f]{64}\Z")
_ROW = re.compile(r"[+-]?[0-9]{1,10}\Z")


class Fields:
    """A JSON object, and how messages name it."""

    def __init__(self, value: Any, where: str, path: str = "") -> None:
        """Take an object.

        Raises:
            MapError: The value is another one.
        """
        self.where, self.path = where, path
        self.members: dict[str, Any] = self.expect(value, dict, path)

    @classmethod
    def parse(cls, data: bytes, where: str) -> Any:
        """Give what a file's JSON says, as strictly as the program reads it: UTF-8, finite numbers, no name twice.

        Raises:
            MapError: It is not JSON.
        """
        try:
            text = data.decode("utf-8-sig")
            root = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_once)
            # Half of a surrogate pair is no character, and could not be written again.
            if "\\ud" in text or "\\uD" in text:
                json.dumps(root, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise MapError(f"is not JSON: {error}", where=where) from None
        return root

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
        own = Fields(self.required(name, dict), self.where, self.place(name))
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
        lengths = {len(column) for column in (kinds, pieces) if column is not None}
        lengths |= set() if side.max_id is None else {side.max_id + 1}
        if len(lengths) > 1:
            raise self.fault(name, f"kinds, pieces and max_id say different sizes: {sorted(lengths)}")
        return side

    def sequences(self, rows: int, highest: int) -> dict[int, Targets]:
        """Give the entries with several targets."""
        result: dict[int, Targets] = {}
        for key, value in self.optional("sequences", dict, {}).items():
            place = f"sequences.{key}"
            if not _ROW.match(key) or not 0 <= int(key) < rows or int(key) in result:
                raise self.fault(place, "is not the id of an entry")
            own = Fields(value, self.where, place)
            weights = own.required("weights", list)
            for at, weight in enumerate(weights):
                if type(weight) is not int:
                    own.expect(weight, float, f"{place}.weights[{at}]")
            with np.errstate(over="ignore"):
                shares = tuple(np.array(weights, np.float64).astype(np.float32).astype(float).tolist())
            ids = tuple(own.integers("ids", 0, highest).tolist())
            result[int(key)] = Targets(ids, shares, own.required("combine", str))
        return result

    def overrides(self) -> tuple[tuple[str, str], ...]:
        """Give names and digests of override files."""
        values = self.optional("overrides", list, [])
        entries = [Fields(value, self.where, f"overrides[{at}]") for at, value in enumerate(values)]
        return tuple((entry.required("name", str), (entry.required("sha256", str), entry.digest("sha256"))[1]) for entry in entries)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"a member {next(name for name in names if names.count(name) > 1)!r} stands there twice")
    return result


def _refuse_constant(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON")
