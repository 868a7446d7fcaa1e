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
    for token, kind in enumerate(of_map.kinds):
        other = found.kind(token)
        # What one container calls special another may call text.
        same = of_map.bytes_of(token) == found.bytes_of(token) if "s" not in kind + other else "-" not in kind + other
        if not same:
            mine, other_piece = (
                of_map.pieces[token],
                found.pieces[token] if token < len(found.pieces) else None,
            )
            raise MapError(
                f"the map's {side} vocabulary has {mine!r} as token {token}, the tokenizer has {other_piece!r}",
                hint=hint,
            )
    return of_map
