"""Token maps: for every token of a user model's vocabulary, what it is in a delta model's."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .errors import MapError
from .sides import MapSide

if TYPE_CHECKING:
    import torch

    from .map_tools import CheckReport

METHODS = ("override", "role", "exact", "prefix", "edit", "retokenized", "unmatched", "imported")
"""What can decide an entry, in the order of the codes of `TokenMap.codes`."""

HIGHEST_ID = (1 << 22) - 1
"""The highest id of a token that the program reads."""

_CODE = {name: code for code, name in enumerate(METHODS)}


class Targets(NamedTuple):
    """Several target tokens of one user token.

    Attributes:
        ids: The tokens, in order; the first is also the entry's id.
        weights: One for each, 0 or more, adding up to 1.
        combine: How the tokens' logits become one: "mean" by weight, or "max".
    """

    ids: tuple[int, ...]
    weights: tuple[float, ...]
    combine: str


@contextlib.contextmanager
def named(where: str) -> Iterator[None]:
    """Put a file's name before the place of what is wrong with a map."""
    try:
        yield
    except MapError as error:
        raise MapError(error.what, where=f"{where}, {error.where}" if error.where else where, hint=error.hint) from None


@dataclass(frozen=True, eq=False)
class TokenMap:
    """A token map; every column has one row for each id of the user model's vocabulary.

    Attributes:
        ids: int32 [rows]: the target token, -1 for none; of several the first.
        codes: uint8 [rows]: what decided, as a place in METHODS.
        distances: int32 [rows]: scalars for text, bytes for fragments, 0 for an equal token, -1 for none.
        sequences: The rows with several targets.
        source: The user model's vocabulary.
        target: The delta model's vocabulary.
        overrides: Name and SHA-256 of each override file that took part.
        tool: The program that wrote the map.
    """

    ids: npt.NDArray[np.int32]
    codes: npt.NDArray[np.uint8]
    distances: npt.NDArray[np.int32]
    sequences: Mapping[int, Targets] = field(default_factory=dict)
    source: MapSide = field(default_factory=MapSide)
    target: MapSide = field(default_factory=MapSide)
    overrides: tuple[tuple[str, str], ...] = ()
    tool: str = ""

    def __post_init__(self) -> None:
        for column in (self.codes, self.distances):
            if column.shape != self.ids.shape or self.ids.ndim != 1:
                raise MapError(f"columns of the shapes {self.ids.shape} and {column.shape} do not belong together")
        for column in (self.ids, self.codes, self.distances):
            column.setflags(write=False)
        self._check_columns()
        for row, targets in self.sequences.items():
            if not 0 <= row < len(self.ids) or not targets.ids or self.ids[row] != targets.ids[0]:
                raise MapError("several targets do not begin with the entry's id", where=f"row {row}")
            if min(targets.ids) < 0 or max(targets.ids) > HIGHEST_ID:
                raise MapError(f"a target is outside 0…{HIGHEST_ID}: {targets.ids}", where=f"row {row}")
            if targets.combine not in ("mean", "max"):
                raise MapError(f"is combined by {targets.combine!r}, which is neither mean nor max", where=f"row {row}")
            weights = targets.weights
            # A comparison with no number does not hold.
            if len(weights) != len(targets.ids) or not all(w >= 0 for w in weights) or not abs(sum(weights) - 1) < 1e-3:
                raise MapError("weights are not one number of 0 or more for each id that add up to 1", where=f"row {row}")

    def _check_columns(self) -> None:
        """Refuse numbers that stand for nothing, whoever made the columns."""
        bounds = (
            ("id", self.ids, -1, HIGHEST_ID),
            ("code", self.codes, 0, len(METHODS) - 1),
            ("distance", self.distances, -1, None),
        )
        for name, column, lowest, highest in bounds:
            if column.dtype.kind not in "iu":
                raise MapError(f"{name}s are of the type {column.dtype}; integers expected")
            wrong = np.flatnonzero((column < lowest) | (False if highest is None else column > highest))
            if len(wrong):
                row = int(wrong[0])
                bound = "or more" if highest is None else f"to {highest}"
                raise MapError(f"{name} {column[row]} is not from {lowest} {bound}", where=f"row {row}")

    def __len__(self) -> int:
        return len(self.ids)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TokenMap):
            return NotImplemented
        columns = ("ids", "codes", "distances")
        rest = ("sequences", "source", "target", "overrides")
        return all(np.array_equal(getattr(self, name), getattr(other, name)) for name in columns) and all(
            getattr(self, name) == getattr(other, name) for name in rest
        )

    __hash__ = None  # type: ignore[assignment]

    @classmethod
    def from_ids(cls, ids: Sequence[int] | npt.NDArray[np.integer[Any]]) -> TokenMap:
        """Make a map of ids alone, as bare formats have them; no entry counts as a match.

        Args:
            ids: [rows] of target ids, -1 for none.

        Raises:
            MapError: They are no whole numbers, or one of them is no id.
        """
        if isinstance(ids, (str, bytes, Mapping)):
            raise MapError(f"ids must be one row of whole numbers from -1, not a {type(ids).__name__}")
        try:
            values = np.array(ids if hasattr(ids, "dtype") else list(ids))
        except (TypeError, ValueError) as error:
            raise MapError(f"ids must be one row of whole numbers from -1: {error}") from None
        # NumPy would make whole numbers of others, and of truth, without a word.
        mixed = not hasattr(ids, "dtype") and any(isinstance(value, (bool, np.bool_)) for value in ids)
        if values.ndim != 1 or mixed or (values.size and values.dtype.kind not in "iu"):
            kind = "bool" if mixed else values.dtype
            raise MapError(f"ids must be one row of whole numbers from -1, not {kind} of the shape {values.shape}")
        wrong = np.flatnonzero((values < -1) | (values > HIGHEST_ID)) if values.size else values
        if len(wrong):
            raise MapError(f"id {values[wrong[0]]} is outside -1…{HIGHEST_ID}", where=f"row {wrong[0]}")
        column = values.astype(np.int64)
        codes = np.where(column < 0, _CODE["unmatched"], _CODE["imported"]).astype(np.uint8)
        return cls(column.astype(np.int32), codes, np.full(len(column), -1, np.int32))

    @classmethod
    def load(
        cls,
        path: str | PathLike[str],
        *,
        format: str | None = None,
        source: str | PathLike[str] | None = None,
        target: str | PathLike[str] | None = None,
    ) -> TokenMap:
        """Read a map of any format that `cmc` writes.

        JSON, `.npy` and `.safetensors` are read here, in a fraction of a second for 262 144 rows; the others by the program.

        Args:
            path: A file, a tokenkit folder, or the prefix P of `P_id.json`.
            format: The format, where content cannot tell it: dskd, tokalign, fusellm. Another one than content tells is refused.
            source: The user model's tokenizer, for formats about pieces; fills in what a bare format leaves out.
            target: The delta model's tokenizer.

        Raises:
            MapError: The file is damaged; the message names the place.
            ProgramError: The program cannot read it.
        """
        from .map_files import load

        return load(path, format, source, target)

    def save(
        self,
        path: str | PathLike[str],
        *,
        format: str | None = None,
        fill: str = "error",
        source: str | PathLike[str] | None = None,
        target: str | PathLike[str] | None = None,
        pieces: bool = True,
    ) -> list[str]:
        """Write the map.

        Args:
            path: The file, the folder (tokenkit), or the prefix of several files.
            format: json, cmc-one2one, cmc-one2many, npy, safetensors, tokenkit, dskd, tokalign, fusellm or pairs; told by the
                path's ending where left out.
            fill: What an entry without a target becomes where the format cannot say so: error, nearest or unk; JSON and others
                that can take none.
            source: The user model's tokenizer, for formats about pieces; JSON gets kinds and pieces of it.
            target: The delta model's tokenizer.
            pieces: Whether JSON holds the tokens; no other format has that choice.

        Returns:
            One sentence for each thing that the format does not keep.

        Raises:
            MapError: The file cannot be written, or an option is none of these.
            ProgramError: The program cannot write it.
        """
        from .map_files import save

        return save(self, path, format, fill, source, target, pieces)

    @cached_property
    def methods(self) -> npt.NDArray[np.str_]:
        """What decided each entry, by name: str [rows]."""
        return np.array(METHODS)[self.codes]

    @cached_property
    def is_match(self) -> npt.NDArray[np.bool_]:
        """Whether the delta model takes an entry's id itself when the token is chosen: bool [rows].

        So it is where the entry is exact, by role, or an override with one target.
        """
        matches = (self.ids >= 0) & (self.codes <= _CODE["exact"])
        for row in self.sequences:
            if self.codes[row] == _CODE["override"]:
                matches[row] = False
        return matches

    def unmatched(self) -> npt.NDArray[np.int64]:
        """Give the ids of the user's tokens that have no target, ascending."""
        return np.flatnonzero(self.ids < 0)

    def coverage(self) -> float:
        """Give the share of tokens that have a target, special ones and holes left out where kinds are known."""
        counted = np.ones(len(self), dtype=bool)
        if self.source.kinds:
            kinds = np.frombuffer(self.source.kinds.encode(), np.uint8)
            counted = np.zeros(len(self), dtype=bool)
            counted[: len(kinds)] = ~np.isin(kinds, list(b"s-"))[: len(self)]
        return float((self.ids[counted] >= 0).mean()) if counted.any() else 0.0

    def to_torch(self, device: torch.device | str | None = None) -> torch.Tensor:
        """Give the ids as an int64 tensor [rows]; of several targets the first.

        Raises:
            MapError: There is no such device.
        """
        import torch

        try:
            return torch.from_numpy(self.ids.astype(np.int64)).to(device)
        except (RuntimeError, TypeError, AssertionError) as error:
            raise MapError(f"there is no device {device!r}: {error}", where="device") from error

    def invert(self) -> TokenMap:
        """Turn the map round: for each target token its best source token. See `cmc map invert`."""
        from .map_tools import invert

        return invert(self)

    def compose(self, following: TokenMap) -> TokenMap:
        """Follow this map, then another: A to B and B to C give A to C. See `cmc map compose`."""
        from .map_tools import compose

        return compose(self, following)

    def check(
        self,
        *,
        source: str | PathLike[str] | None = None,
        target: str | PathLike[str] | None = None,
        coverage: float | None = None,
        exact: float | None = None,
        roles: Sequence[str] = (),
    ) -> CheckReport:
        """Check that the map belongs to two tokenizers, and is as good as is asked. See `cmc map check`.

        Args:
            source: The user model's tokenizer: a file, a folder, or a Hugging Face id.
            target: The delta model's tokenizer.
            coverage: The least share of tokens with a target.
            exact: The least share of tokens with an equal target.
            roles: Roles whose tokens must have a target, such as bos and eos; needs `source`.
        """
        from .map_tools import check

        return check(self, source, target, coverage, exact, roles)

    def __repr__(self) -> str:
        names = f"{self.source.name or '?'} → {self.target.name or '?'}"
        return f"<TokenMap {names}, {len(self)} rows, {len(self.unmatched())} unmatched>"

    def _repr_html_(self) -> str:
        from .map_html import summary

        return summary(self)
