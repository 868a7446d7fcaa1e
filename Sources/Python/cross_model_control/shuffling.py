"""Maps with their targets permuted, by the program's own random numbers, so that both draw the same."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt

from .token_map import _CODE, METHODS, TokenMap


def shuffled(token_map: TokenMap, seed: int, *, keeps_roles: bool = False, strata: npt.NDArray[np.int32] | None = None) -> TokenMap:
    """Permute the targets of a map among entries of equal method; what is unmatched stays so.

    Args:
        token_map: The map.
        seed: Decides the permutation.
        keeps_roles: Whether special tokens that met by role keep theirs, as with `cmc map shuffle`.
        strata: For each source id a stratum that its target stays in; ids beyond the array are one of their own.
    """
    ids, codes, distances = token_map.ids.copy(), token_map.codes.copy(), token_map.distances.copy()
    sequences = dict(token_map.sequences)
    drawn = 0
    for name in METHODS:
        if name == "unmatched" or (keeps_roles and name == "role"):
            continue
        of_method = np.flatnonzero((token_map.codes == _CODE[name]) & (token_map.ids >= 0))
        for rows in _groups(of_method, strata):
            order = rows.tolist()
            places = range(len(order) - 1, 0, -1)
            below = _below(seed, drawn, np.array(places, np.uint64) + np.uint64(1)).tolist()
            for place, other in zip(places, below, strict=True):
                order[place], order[other] = order[other], order[place]
            drawn += len(places)
            ids[rows], codes[rows], distances[rows] = token_map.ids[order], _CODE["imported"], -1
            if token_map.sequences:
                for row, other in zip(rows.tolist(), order, strict=True):
                    sequences.pop(row, None)
                    if other in token_map.sequences:
                        sequences[row] = token_map.sequences[other]
    return dataclasses.replace(token_map, ids=ids, codes=codes, distances=distances, sequences=sequences)


def _groups(rows: npt.NDArray[np.intp], strata: npt.NDArray[np.int32] | None) -> list[npt.NDArray[np.intp]]:
    """Cut ascending rows into their strata, in the order of these."""
    if strata is None or not len(rows):
        return [rows]
    keys = np.full(len(rows), np.iinfo(np.int32).max, np.int32)
    inside = rows < len(strata)
    keys[inside] = strata[rows[inside]]
    order = np.argsort(keys, kind="stable")
    return np.split(rows[order], np.flatnonzero(np.diff(keys[order])) + 1)


def _below(seed: int, drawn: int, bounds: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Give a number below each bound, by SplitMix64 and the upper half of a product of 64 bits each.

    Args:
        seed: Where the numbers begin.
        drawn: How many of them were taken before.
        bounds: Each below 2³².
    """
    count = np.arange(drawn + 1, drawn + 1 + len(bounds), dtype=np.uint64)
    with np.errstate(over="ignore"):
        z = np.uint64(seed % (1 << 64)) + count * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
        half = np.uint64(32)
        low = (z & np.uint64(0xFFFFFFFF)) * bounds
        result: npt.NDArray[np.uint64] = ((z >> half) * bounds + (low >> half)) >> half
    return result
