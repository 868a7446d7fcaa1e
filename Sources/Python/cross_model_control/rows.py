"""The histories of many texts on one delta model, computed together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch

from .history import Change, History

if TYPE_CHECKING:
    from .cache import LeftAlignedCache
    from .passes import ForwardPass


class Row:
    """One text: its history, and how much of it is in a slot of the cache."""

    def __init__(self, history: History, slot: int) -> None:
        self.history, self.slot = history, slot
        # How many positions of the slot are those of the history; whether the slot's logits are those behind it.
        self.computed, self.is_current = 0, False

    def append(self, token: int) -> Change:
        """Take the user model's next token; nothing is computed yet."""
        before = len(self.history.ids)
        change = self.history.append(token)
        if change.added or change.kept < before:
            self.computed, self.is_current = min(self.computed, change.kept), False
        return change


class DeltaBatch:
    """Rows on one delta model, or on two that share a vocabulary and every history.

    Attributes:
        logits: For each model float32 [slots, width]: the logits behind each row's history.
        positions: How many positions were computed.
        passes: How many forward passes that took.
    """

    def __init__(self, models: Sequence[ForwardPass]) -> None:
        self._models = list(models)
        self._caches: list[LeftAlignedCache] = [model.new_cache() for model in models]
        self._free: list[int] = []
        self._slots = 0
        self.logits = [torch.zeros((0, model.width), device=model.device) for model in models]
        self.positions = self.passes = 0

    def add(self, history: History) -> Row:
        """Begin a row; it is computed with the others by `compute`."""
        return Row(history, self._new_slot())

    def remove(self, row: Row) -> None:
        """Give a row's slot back."""
        self._free.append(row.slot)

    def fork(self, row: Row) -> Row:
        """Give a row that goes on by itself from where this one is."""
        slot = self._new_slot()
        copy = Row(row.history.copy(), slot)
        copy.computed, copy.is_current = row.computed, row.is_current
        for cache, logits in zip(self._caches, self.logits, strict=True):
            cache.copy_row(row.slot, slot, row.computed)
            logits[slot] = logits[row.slot]
        return copy

    def compute(self, rows: Sequence[Row]) -> None:
        """Bring the logits of rows up to date: one forward pass for all that changed.

        Where rows differ so much in length that padding would more than treble the work, as when a long prompt joins a batch
        that is under way, there is a pass for each sort.

        Raises:
            ControlError: A history is longer than the model's context.
        """
        waiting = [row for row in rows if not row.is_current]
        for row in waiting:
            self._check_length(row)
            # A history that only became shorter has no new position to take logits from: its last one is read again.
            row.computed = min(row.computed, len(row.history.ids) - 1)
        for group in _groups(waiting):
            group.sort(key=lambda row: row.slot)
            slots = [row.slot for row in group]
            kept = [row.computed for row in group]
            new = [row.history.ids[row.computed :] for row in group]
            longest = max(len(row.history.ids) for row in group)
            for model, cache, logits in zip(self._models, self._caches, self.logits, strict=True):
                cache.reserve(self._slots, longest)
                logits[torch.tensor(slots, device=logits.device)] = model.run(cache, slots, kept, new)
            self.positions += sum(map(len, new))
            self.passes += 1
            for row in group:
                row.computed, row.is_current = len(row.history.ids), True

    def rows_logits(self, rows: Sequence[Row]) -> list[torch.Tensor]:
        """Give for each model float32 [rows, width]."""
        slots = [row.slot for row in rows]
        return [logits[torch.tensor(slots, device=logits.device)] for logits in self.logits]

    def _new_slot(self) -> int:
        if self._free:
            self._free.sort(reverse=True)
            return self._free.pop()
        self._slots += 1
        for cache in self._caches:
            cache.reserve(self._slots, cache.room)
        self.logits = [
            logits if len(logits) >= self._slots else torch.cat([logits, logits.new_zeros((max(4, len(logits)), logits.shape[1]))])
            for logits in self.logits
        ]
        return self._slots - 1

    def _check_length(self, row: Row) -> None:
        for model in self._models:
            model.context.check(len(row.history.ids), model.name)


def _groups(rows: Sequence[Row]) -> list[list[Row]]:
    """Split rows so that padding does not more than treble the positions computed."""
    groups: list[list[Row]] = []
    widest = real = 0
    for row in sorted(rows, key=lambda row: row.computed - len(row.history.ids)):
        count = len(row.history.ids) - row.computed
        if not groups or widest * (len(groups[-1]) + 1) > 3 * (real + count) + 128:
            groups.append([])
            widest, real = count, 0
        groups[-1].append(row)
        real += count
    return groups
