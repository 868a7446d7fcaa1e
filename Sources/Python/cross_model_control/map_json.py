"""The project's own map format: one JSON object that holds everything."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from .errors import MapError
from .sides import MapSide
from .token_map import _CODE, METHODS, Targets, TokenMap

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
    try:
        root = json.loads(data)
    except ValueError as error:
        raise MapError(f"is not JSON: {error}", where=where) from None
    if not isinstance(root, dict) or "ids" not in root or "version" not in root:
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
    try:
        source, target = _side(root["source"]), _side(root["target"])
        ids = _integers(root["ids"], "ids", where)
        codes = np.fromiter(map(_CODE.__getitem__, root["method"]), np.uint8, len(root["method"]))
        distances = _integers(root["distance"], "distance", where)
        sequences = {int(row): _targets(entry) for row, entry in root.get("sequences", {}).items()}
        overrides = tuple((entry["name"], entry["sha256"]) for entry in root.get("overrides", []))
    except KeyError as error:
        raise MapError(f"{error.args[0]!r} is missing, or is not the name of a method", where=where) from None
    except (TypeError, ValueError, AttributeError) as error:
        raise MapError(f"is damaged: {error}", where=where) from None
    result = TokenMap(ids, codes, distances, sequences, source, target, overrides, str(root.get("tool", "")))
    _check(result, where)
    return result


def _integers(values: Any, column: str, where: str) -> np.ndarray[Any, np.dtype[np.int32]]:
    array = np.array(values)
    if array.size == 0:
        return np.zeros(0, np.int32)
    if array.ndim != 1 or array.dtype.kind not in "iu" or array.min() < -1 or array.max() >= 1 << 31:
        raise MapError(f"{column} is not a list of integers from -1", where=where)
    return array.astype(np.int32)


def _side(value: dict[str, Any]) -> MapSide:
    pieces = value.get("pieces")
    side = MapSide(
        value.get("name", ""),
        value.get("tokens"),
        value.get("max_id"),
        value.get("logits_width"),
        value.get("fingerprint"),
        value.get("kinds"),
        None if pieces is None else tuple(pieces),
    )
    lengths = {len(column) for column in (side.kinds, side.pieces) if column is not None}
    lengths |= set() if side.max_id is None else {side.max_id + 1}
    if len(lengths) > 1:
        raise ValueError(f"kinds, pieces and max_id of {side.name} say different sizes: {sorted(lengths)}")
    return side


def _targets(entry: dict[str, Any]) -> Targets:
    ids, weights = tuple(map(int, entry["ids"])), tuple(float(np.float32(weight)) for weight in entry["weights"])
    if len(ids) != len(weights) or entry["combine"] not in ("mean", "max"):
        raise ValueError("an entry of sequences has not one weight for each id, or is combined by neither mean nor max")
    if any(not weight >= 0 for weight in weights) or abs(sum(weights) - 1) > 1e-3:
        raise ValueError("weights of sequences are not numbers of 0 or more that add up to 1")
    return Targets(ids, weights, entry["combine"])


def _check(token_map: TokenMap, where: str) -> None:
    """Whether ids and methods say the same, and no id is beyond the target's highest."""
    ids, codes, source, target = token_map.ids, token_map.codes, token_map.source, token_map.target
    wrong = np.flatnonzero(np.where(ids < 0, (codes != _UNMATCHED) & (codes != _OVERRIDE), codes == _UNMATCHED))
    if len(wrong):
        row = int(wrong[0])
        raise MapError(f"method {METHODS[codes[row]]} where the id is {ids[row]}", where=f"{where}, row {row}")
    if source.max_id is not None and len(ids) <= source.max_id:
        raise MapError(f"ids has {len(ids)} entries, {source.max_id + 1} expected", where=where)
    if target.max_id is not None:
        highest = max([int(ids.max(initial=-1)), *(max(targets.ids) for targets in token_map.sequences.values())])
        if highest > target.max_id:
            raise MapError(f"id {highest} is beyond the target's highest, {target.max_id}", where=where)


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
