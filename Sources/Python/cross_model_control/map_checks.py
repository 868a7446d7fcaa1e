"""What two places of a map say of one thing must be the same."""

from __future__ import annotations

import numpy as np

from .errors import MapError
from .sides import MapSide
from .token_map import _CODE, METHODS, TokenMap


def contradiction(where: str, first: str, says: object, second: str, saying: object) -> MapError:
    """Give the error for two places of a file that cannot both be true, each with what it says."""
    what = f"{first} is {says}, but {second} is {saying}"
    return MapError(what, where=where, hint="make the map anew, or correct what is wrong")


def check_figures(side: MapSide, name: str, rows: int | None, where: str) -> None:
    """Refuse a vocabulary whose figures cannot all be true.

    Args:
        side: What the file says of the vocabulary.
        name: How its figures begin, such as `source.` or `source_`.
        rows: How many rows the map has, where they are those of this vocabulary.
        where: The file.

    Raises:
        MapError: Two of them contradict each other.
    """
    kinds = None if side.kinds is None else len(side.kinds)
    pieces = None if side.pieces is None else len(side.pieces)
    if side.tokens is not None:
        if side.kinds is not None:
            found = len(side.kinds) - side.kinds.count("-")
            if side.tokens != found:
                raise contradiction(where, f"{name}tokens", side.tokens, f"the number of tokens in {name}kinds", found)
        elif side.max_id is not None and side.tokens > side.max_id + 1:
            raise contradiction(where, f"{name}tokens", side.tokens, f"{name}max_id", side.max_id)
        elif pieces is not None and side.tokens > pieces:
            raise contradiction(where, f"{name}tokens", side.tokens, f"the number of {name}pieces", pieces)
    figures = (
        (f"{name}tokens", side.tokens, 0),
        (f"the number of {name}kinds", kinds, 0),
        (f"the number of {name}pieces", pieces, 0),
        (f"{name}max_id", side.max_id, 1),
    )
    for figure, says, more in figures:
        if rows is not None and says is not None and says + more > rows:
            raise contradiction(where, figure, says, "the number of rows", rows)


def check_columns(token_map: TokenMap, decided: str, where: str) -> None:
    """Refuse entries whose method, distance and targets cannot all be true.

    A distance of -1 says that none is known, whatever decided: some formats do not keep it.

    Args:
        token_map: The map, as its file has it.
        decided: The column that says what decided.
        where: The file.

    Raises:
        MapError: Two columns contradict each other.
    """
    ids, codes, distances = token_map.ids, token_map.codes, token_map.distances
    wrong = np.flatnonzero(np.where(ids < 0, distances >= 0, (distances > 0) & (codes <= _CODE["exact"])))
    if len(wrong):
        row = int(wrong[0])
        place, found = f"distance[{row}]", int(distances[row])
        if ids[row] < 0:
            raise contradiction(where, place, found, f"the id of row {row}", "-1, no target")
        override = codes[row] == _CODE["override"]
        saying = "override, whose distance is 0" if override else "one of equal tokens"
        raise contradiction(where, place, found, f"{decided}[{row}]", saying)
    for row, targets in sorted(token_map.sequences.items()):
        if len(targets.ids) > 1 and METHODS[codes[row]] in ("role", "exact"):
            figure, saying = f"the number of targets of row {row}", "one of equal tokens, where there is one target"
            raise contradiction(where, figure, len(targets.ids), f"{decided}[{row}]", saying)
