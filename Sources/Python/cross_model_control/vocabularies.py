"""Kinds and bytes of the tokens of transformers' tokenizers, as the program reads them, and whether a map is theirs."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from .alignment import align
from .errors import MapError, TokenizerError
from .sides import MapSide
from .token_map import TokenMap


def fitted_map(user: Any, delta: Any, token_map: TokenMap | None) -> TokenMap:
    """Give a map between two tokenizers that knows both vocabularies: the one given, or a new one.

    Args:
        user: The user model's tokenizer.
        delta: The delta model's tokenizer.
        token_map: The map that is wanted; None to have one made.

    Raises:
        MapError: The map was made for another vocabulary; the message names the side and a token that differs.
    """
    with tempfile.TemporaryDirectory() as folder:
        made = align(_folder(user, Path(folder, "user")), _folder(delta, Path(folder, "delta")))
    if token_map is None:
        return made
    if len(token_map) < len(made):
        raise MapError(
            f"the map has {len(token_map)} rows, the user's tokenizer has ids up to {len(made) - 1}",
            hint="was it made for these models, in this direction? see TokenMap.check",
        )
    source = _agreed("source", token_map.source, made.source)
    target = _agreed("target", token_map.target, made.target)
    highest = max([int(token_map.ids.max(initial=-1)), *(max(s.ids) for s in token_map.sequences.values())])
    if highest > (made.target.max_id or 0):
        raise MapError(
            f"the map names target {highest}, the delta's tokenizer has ids up to {made.target.max_id}",
            hint="was it made for these models, in this direction? see TokenMap.check",
        )
    return TokenMap(
        token_map.ids,
        token_map.codes,
        token_map.distances,
        token_map.sequences,
        source,
        target,
        token_map.overrides,
    )


def shared_vocabulary(user: Any, delta: Any) -> MapSide:
    """Give the vocabulary of two tokenizers that are to be one.

    Args:
        user: The user model's tokenizer.
        delta: The delta model's tokenizer.

    Raises:
        MapError: They are not; the message names both, and where they differ.
    """
    with tempfile.TemporaryDirectory() as folder:
        made = align(_folder(user, Path(folder, "user")), _folder(delta, Path(folder, "delta")), method="exact")
    own, other = made.source, made.target
    if own.fingerprint == other.fingerprint and own.fingerprint is not None:
        return own
    for token in range(max(len(own.kinds or ""), len(other.kinds or ""))):
        if not _is_same(own, other, token):
            raise MapError(
                f"the user model's tokenizer {own.name} has {own.shown(token)} as token {token}, "
                f"the delta model's {other.name} {other.shown(token)}: they share no vocabulary",
                where="same_vocabulary",
                hint="leave it out, and a map is made",
            )
    return own


def vocabulary_of(tokenizer: Any) -> MapSide:
    """Give what the program reads of a tokenizer: kinds, bytes and fingerprint."""
    with tempfile.TemporaryDirectory() as folder:
        own = _folder(tokenizer, Path(folder, "own"))
        return align(own, own).source


def _folder(tokenizer: Any, place: Path) -> Path:
    """Give a folder with the tokenizer's files: its own where it came from one, for roles stand beside it."""
    own = Path(str(getattr(tokenizer, "name_or_path", "") or "?"))
    if (own / "tokenizer.json").is_file():
        return own
    try:
        tokenizer.save_pretrained(place)
    except Exception as error:
        raise TokenizerError(f"cannot be saved: {error}", where=type(tokenizer).__name__) from error
    return place


def _agreed(side: str, of_map: MapSide, found: MapSide) -> MapSide:
    """Give what both say of a vocabulary; the same tokens may have come in two containers."""
    if of_map.fingerprint == found.fingerprint or of_map.fingerprint is None:
        return found
    hint = "a map belongs to the two tokenizers it was made for; make one with align"
    if of_map.pieces is None or found.pieces is None or of_map.kinds is None:
        raise MapError(
            f"the fingerprint of the map's {side} vocabulary is {of_map.fingerprint[:12]}, "
            f"that of the tokenizer {(found.fingerprint or '?')[:12]}",
            hint=hint,
        )
    for token in range(len(of_map.kinds)):
        if not _is_same(of_map, found, token):
            raise MapError(
                f"the map's {side} vocabulary has {of_map.shown(token)} as token {token}, the tokenizer has {found.shown(token)}",
                hint=hint,
            )
    return of_map


def _is_same(one: MapSide, other: MapSide, token: int) -> bool:
    """Whether two vocabularies have the same as a token; what one container calls special another may call text."""
    kinds = one.kind(token) + other.kind(token)
    return one.bytes_of(token) == other.bytes_of(token) if "s" not in kinds else "-" not in kinds
