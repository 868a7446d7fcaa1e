"""The project's own map format: one JSON object that holds everything."""

from __future__ import annotations

import json

import numpy as np
import numpy.typing as npt

from .errors import MapError
from .map_checks import check_columns, check_figures
from .map_fields import Fields
from .sides import MapSide
from .token_map import _CODE, HIGHEST_ID, METHODS, Targets, TokenMap, named

VERSION = 1
_UNMATCHED, _OVERRIDE = _CODE["unmatched"], _CODE["override"]


def read_json(data: bytes, where: str) -> TokenMap:
    """Read a map from the bytes of its file.

    Args:
        data: The file.
        where: How messages name it.

    Raises:
        MapError: It is not a map of this format, or contradicts itself.
    """
    root = Fields.parse(data, where)
    if not isinstance(root, dict) or "ids" not in root or type(root.get("version")) is not int:
        raise MapError(
            "is not a token map in JSON",
            where=where,
            hint="name its format, such as format='dskd', where it has another",
        )
    if root["version"] != VERSION:
        raise MapError(
            f"is a token map of version {root['version']}; version {VERSION} is read",
            where=where,
            hint="update this package",
        )
    fields = Fields(root, where, "top")
    source, target = fields.side("source"), fields.side("target")
    highest = HIGHEST_ID if target.kinds is None else len(target.kinds) - 1
    highest = highest if target.max_id is None else target.max_id
    ids = fields.integers("ids", -1, highest)
    check_figures(source, "source.", len(ids), where)
    check_figures(target, "target.", None, where)
    codes = _codes(fields, ids)
    distances = fields.integers("distance", -1, (1 << 31) - 1)
    if len(distances) != len(ids):
        raise MapError(f"distance has {len(distances)} entries, {len(ids)} expected", where=where)
    sequences = fields.sequences(len(ids), highest)
    with named(where):
        token_map = TokenMap(ids, codes, distances, sequences, source, target, fields.overrides(), fields.tool)
    check_columns(token_map, "method", where)
    return token_map


def _codes(fields: Fields, ids: npt.NDArray[np.int32]) -> npt.NDArray[np.uint8]:
    """Give the codes of the methods, which must say the same as the ids."""
    names = fields.required("method", list)
    if len(names) != len(ids):
        raise fields.fault("", f"method has {len(names)} entries, {len(ids)} expected")
    if not set(map(type, names)) <= {str} or not set(names) <= set(METHODS):
        at = next(at for at, name in enumerate(names) if type(name) is not str or name not in _CODE)
        raise fields.fault(f"method[{at}]", f"one of {', '.join(METHODS)} expected, found {names[at]!r:.60}")
    codes = np.fromiter(map(_CODE.__getitem__, names), np.uint8, len(names))
    wrong = np.flatnonzero(np.where(ids < 0, (codes != _UNMATCHED) & (codes != _OVERRIDE), codes == _UNMATCHED))
    if len(wrong):
        row = int(wrong[0])
        raise fields.fault(f"method[{row}]", f"method {METHODS[codes[row]]} where the id is {ids[row]}")
    return codes


def write_json(token_map: TokenMap, *, pieces: bool = True) -> bytes:
    """Give the bytes of a map's file, the same as `cmc` writes.

    Args:
        token_map: The map.
        pieces: Whether it holds the tokens.
    """
    lines = [f'  "version": {VERSION}', f'  "tool": {_text(token_map.tool or "cross-model-control")}']
    for name, side in (("source", token_map.source), ("target", token_map.target)):
        lines.append(f'  "{name}": ' + _object(_members(side, pieces), 2))
    names = [f'"{name}"' for name in METHODS]
    lines.append(f'  "ids": {_list(token_map.ids.tolist())}')
    lines.append('  "method": [' + ",".join([names[code] for code in token_map.codes.tolist()]) + "]")
    lines.append(f'  "distance": {_list(token_map.distances.tolist())}')
    sequences = [f'"{row}": {_object(_sequence(token_map.sequences[row]), 4)}' for row in sorted(token_map.sequences)]
    lines.append('  "sequences": ' + _object(sequences, 2))
    overrides = [_object([f'"name": {_text(name)}', f'"sha256": {_text(digest)}'], 4) for name, digest in token_map.overrides]
    lines.append('  "overrides": ' + ("[" + ",".join(overrides) + "]" if overrides else "[]"))
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _list(values: list[int]) -> str:
    return "[" + ",".join(map(str, values)) + "]"


def _object(members: list[str], indent: int) -> str:
    if not members:
        return "{}"
    inner = " " * (indent + 2)
    return "{\n" + ",\n".join(inner + member for member in members) + "\n" + " " * indent + "}"


def _members(side: MapSide, pieces: bool) -> list[str]:
    members = [f'"name": {_text(side.name)}']
    for key, number in (
        ("tokens", side.tokens),
        ("max_id", side.max_id),
        ("logits_width", side.logits_width),
    ):
        if number is not None:
            members.append(f'"{key}": {number}')
    for key, text in (("fingerprint", side.fingerprint), ("kinds", side.kinds)):
        if text is not None:
            members.append(f'"{key}": {_text(text)}')
    if pieces and side.pieces is not None:
        members.append('"pieces": ' + json.dumps(side.pieces, ensure_ascii=False, separators=(",", ":")))
    return members


def _sequence(targets: Targets) -> list[str]:
    # The fewest digits that read back as the same single-precision number.
    weights = ",".join(np.format_float_positional(np.float32(weight), trim="0") for weight in targets.weights)
    return [
        f'"ids": {_list(list(targets.ids))}',
        f'"weights": [{weights}]',
        f'"combine": "{targets.combine}"',
    ]
