"""Keys and values of many rows, each from place 0 on, so that a row can be cut back by itself.

A place of the cache is a position of the row. A row that is cut back is simply written over from there on; masks keep
what lies behind its end from being seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from transformers.cache_utils import Cache, CacheLayerMixin


@dataclass
class Plan:
    """Where the tokens of one forward pass go.

    Attributes:
        slots: int64 [rows]: the place of each row in the cache.
        length: How many positions the longest row has after the pass.
        token_rows: int64 [tokens]: for each token that counts its row of the pass,
        token_columns: its column of the pass,
        token_positions: and its position in the row's history.
        first: The first slot, where the slots are a run in order; None where not.
    """

    slots: torch.Tensor
    length: int
    token_rows: torch.Tensor
    token_columns: torch.Tensor
    token_positions: torch.Tensor
    first: int | None


class LeftAlignedLayer(CacheLayerMixin):  # type: ignore[misc]
    """One layer's keys and values: [slots, heads, positions, head size]."""

    is_sliding = False

    def __init__(self, owner: LeftAlignedCache) -> None:
        super().__init__()
        self.owner = owner

    def lazy_initialization(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        """Make room for as many slots as the owner has."""
        rows, length = self.owner.slot_count, self.owner.room
        self.keys = key_states.new_zeros((rows, key_states.shape[1], length, key_states.shape[-1]))
        self.values = value_states.new_zeros((rows, value_states.shape[1], length, value_states.shape[-1]))
        self.is_initialized = True

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Write the new positions by the owner's plan, and give those of its rows up to its length."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        plan = self.owner.plan
        if plan is None:
            raise RuntimeError("a left-aligned cache is used by DeltaBatch alone")
        where = plan.slots[plan.token_rows]
        result = []
        for buffer, states in ((self.keys, key_states), (self.values, value_states)):
            buffer[where, :, plan.token_positions] = states[plan.token_rows, :, plan.token_columns]
            rows = slice(plan.first, plan.first + len(plan.slots)) if plan.first is not None else plan.slots
            result.append(buffer[rows, :, : plan.length])
        return result[0], result[1]

    def resize(self, rows: int, length: int) -> None:
        """Grow to so many slots and positions."""
        for name in ("keys", "values"):
            old = getattr(self, name)
            new = old.new_zeros((rows, old.shape[1], length, old.shape[3]))
            new[: old.shape[0], :, : old.shape[2]] = old
            setattr(self, name, new)

    def copy_row(self, source: int, target: int, length: int) -> None:
        """Copy so many positions of one slot to another."""
        for buffer in (self.keys, self.values):
            buffer[target, :, :length] = buffer[source, :, :length]

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        """Give the number of positions and their offset, which models ask for that make masks of their own."""
        return (self.owner.plan.length if self.owner.plan else query_length), 0

    def get_seq_length(self) -> int:
        """Give 0: every row has a length of its own, and positions are given with every pass."""
        return 0

    def get_max_length(self) -> int:
        """Give -1, for no limit."""
        return -1


class LeftAlignedCache(Cache):  # type: ignore[misc]
    """The cache of all rows of a batch.

    Attributes:
        plan: Where the tokens of the pass go that is being computed.
        slot_count: How many rows there is room for.
        room: How many positions there is room for.
    """

    def __init__(self, layer_count: int) -> None:
        self.plan: Plan | None = None
        self.slot_count, self.room = 0, 0
        super().__init__(layers=[LeftAlignedLayer(self) for _ in range(layer_count)])

    def reserve(self, slots: int, length: int) -> None:
        """Make room for so many rows and positions; a half more than needed, so that it seldom grows."""
        if slots <= self.slot_count and length <= self.room:
            return
        if slots > self.slot_count:
            self.slot_count = max(slots, self.slot_count * 3 // 2)
        if length > self.room:
            self.room = max(length + 32, self.room * 3 // 2)
        for layer in self.layers:
            if layer.is_initialized:
                layer.resize(self.slot_count, self.room)

    def copy_row(self, source: int, target: int, length: int) -> None:
        """Copy a row to another slot."""
        for layer in self.layers:
            if layer.is_initialized:
                layer.copy_row(source, target, length)
