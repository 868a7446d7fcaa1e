"""A map made ready for adding a delta model's logits to a user model's, as tensors."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from .errors import MapError
from .token_map import TokenMap

POLICIES = ("zero", "mean", "min", "mask")
"""What user tokens without a target read: nothing, the mean or the least of the mapped terms, or they cannot be chosen."""


class MappedColumns:
    """For each column of the user model's logits the place that it reads.

    The delta logits are followed by further places: one for columns without a target, and one for each entry with several.

    Attributes:
        user_width: How many logits the user model gives.
        delta_width: How many logits the delta model gives.
        places: int64 [user_width].
        unmatched: bool [user_width].
    """

    def __init__(self, token_map: TokenMap | None, user_width: int, delta_width: int, device: torch.device) -> None:
        """Prepare a map.

        Args:
            token_map: The map; None for two models that share a vocabulary.
            user_width: How many logits the user model gives.
            delta_width: How many logits the delta model gives.
            device: Where the logits are.

        Raises:
            MapError: The map names a target, or has a row, that there is no logit for.
        """
        self.user_width, self.delta_width, self.device = user_width, delta_width, device
        places = torch.full((user_width,), delta_width, dtype=torch.int64)
        self._several: list[tuple[torch.Tensor, torch.Tensor, bool]] = []
        if token_map is None:
            # Widths differ by padding at the most, which has no tokens.
            if abs(user_width - delta_width) >= 1024:
                raise MapError(
                    f"the user model gives {user_width} logits, the delta model {delta_width}: they share no vocabulary",
                    hint="give a map",
                )
            both = min(user_width, delta_width)
            places[:both] = torch.arange(both)
        else:
            self._fill(token_map, places)
        self.places = places.to(device)
        # Half as much to read where it is gone through at every step.
        self._short_places = self.places.to(torch.int32)
        self.unmatched = self.places == delta_width
        uses = torch.bincount(places, minlength=delta_width + 1 + self.sequence_count)
        uses[delta_width] = 0
        self._used = torch.nonzero(uses).flatten().to(device)
        self._uses = uses.to(device)[self._used].double()

    @property
    def sequence_count(self) -> int:
        """How many entries have several targets."""
        return sum(len(ids) for ids, _, _ in self._several)

    def _fill(self, token_map: TokenMap, places: torch.Tensor) -> None:
        ids = token_map.to_torch()
        matched = torch.nonzero(ids >= 0).flatten()
        if len(matched) and int(matched[-1]) >= self.user_width:
            raise MapError(
                f"the map places token {int(matched[-1])}, but the user model gives {self.user_width} logits",
                hint="was the map made for these models, in this direction?",
            )
        highest = max([int(ids.max()) if len(ids) else -1, *(max(s.ids) for s in token_map.sequences.values())])
        if highest >= self.delta_width:
            raise MapError(
                f"the map names target {highest}, but the delta model gives {self.delta_width} logits",
                hint="was the map made for these models, in this direction?",
            )
        places[matched] = ids[matched]
        place = self.delta_width + 1
        for combine in ("mean", "max"):
            rows = [row for row, s in sorted(token_map.sequences.items()) if s.combine == combine and len(s.ids) > 1]
            if not rows:
                continue
            width = max(len(token_map.sequences[row].ids) for row in rows)
            targets = torch.zeros((len(rows), width), dtype=torch.int64)
            weights = torch.full((len(rows), width), 0.0 if combine == "mean" else -torch.inf)
            for index, row in enumerate(rows):
                sequence = token_map.sequences[row]
                targets[index, : len(sequence.ids)] = torch.tensor(sequence.ids)
                weights[index, : len(sequence.ids)] = torch.tensor(sequence.weights) if combine == "mean" else 0.0
            places[torch.tensor(rows)] = torch.arange(place, place + len(rows))
            place += len(rows)
            self._several.append((targets.to(self.device), weights.to(self.device), combine == "mean"))

    def terms(self, logits: torch.Tensor, policy: str) -> torch.Tensor:
        """Carry a delta model's logits over to the user's columns.

        Args:
            logits: float32 [rows, delta_width].
            policy: One of POLICIES; with "mask" unmatched columns read 0, and are to be masked by the caller.

        Returns:
            float32 [rows, user_width].
        """
        read = logits.new_empty((logits.shape[0], self.delta_width + 1 + self.sequence_count))
        self._lay_out(logits, policy, read)
        return read.index_select(1, self.places)

    def _lay_out(self, logits: torch.Tensor, policy: str, read: torch.Tensor) -> None:
        """Write delta logits and the further places behind them, [rows, places], as columns read them."""
        rows, place = logits.shape[0], self.delta_width + 1
        read[:, : self.delta_width] = logits
        read[:, self.delta_width] = 0.0
        for targets, weights, is_mean in self._several:
            found = logits[:, targets.flatten()].view(rows, *targets.shape)
            read[:, place : place + len(targets)] = (found * weights).sum(-1) if is_mean else (found + weights).amax(-1)
            place += len(targets)
        if policy in ("mean", "min") and len(self._used):
            used = read[:, self._used]
            mean = policy == "mean"
            read[:, self.delta_width] = self._mean(used) if mean else used.amin(-1)

    def add_to(
        self, scores: torch.Tensor, rows: Sequence[int], logits: torch.Tensor, factors: Sequence[float], policy: str
    ) -> None:
        """Add factors times mapped logits to rows of scores, in place.

        Args:
            scores: float32 [any, user_width].
            rows: For each row of logits that of the scores, no two the same.
            logits: float32 [rows, delta_width].
            factors: One for each.
            policy: One of POLICIES.
        """
        if scores.device.type == "cpu":
            # One row after the other stays in the processor's caches, where all at once would be fresh memory each time.
            read = logits.new_empty((1, self.delta_width + 1 + self.sequence_count))
            found = logits.new_empty(self.user_width)
            for place, (row, factor) in enumerate(zip(rows, factors, strict=True)):
                self._lay_out(logits[place : place + 1], policy, read)
                torch.index_select(read[0], 0, self._short_places, out=found)
                scores[row].add_(found, alpha=factor)
                if policy == "mask":
                    scores[row].masked_fill_(self.unmatched, -torch.inf)
            return
        added = self.terms(logits, policy).mul_(torch.tensor(factors, device=scores.device)[:, None])
        if policy == "mask":
            added.masked_fill_(self.unmatched, -torch.inf)
        scores.index_add_(0, torch.tensor(rows, device=scores.device), added)

    def _mean(self, used: torch.Tensor) -> torch.Tensor:
        """Give the mean over the user's columns that have a target, in double precision as the program does."""
        return ((used.double() * self._uses).sum(-1) / self._uses.sum()).float()
