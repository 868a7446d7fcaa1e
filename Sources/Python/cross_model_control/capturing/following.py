"""A second pair of models that follows the texts of a first run, and the columns that comparing the two needs."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..arguments import texts
from ..errors import CaptureError, MapError, PromptError
from ..shuffling import shuffled
from ..token_map import TokenMap
from .files import CapturedPrompt, prompt_path
from .steps import ResponseSteps

_BASELINE = 100
_STRATA = 20


class FollowedRun:
    """A run that is complete, and how its columns reach a second vocabulary.

    Attributes:
        description: Its `run.json`.
        map_digest: SHA-256 of where the map sends every id; None where both vocabularies are one.
        seeds: Those of the shuffled maps.
    """

    def __init__(
        self, path: Path, token_map: TokenMap | None, fingerprint: str | None, width: int, shuffles: int, seed: int
    ) -> None:
        """Open a run.

        Args:
            path: Its folder.
            token_map: From its vocabulary to the second one's.
            fingerprint: That of the second vocabulary.
            width: How many logits the second pair gives.
            shuffles: How many shuffled maps columns are kept for.
            seed: The first one's seed.

        Raises:
            CaptureError: There is no run, or no map where the vocabularies differ.
            MapError: The map is one between other vocabularies.
        """
        try:
            self.description: dict[str, Any] = json.loads((path / "run.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CaptureError(f"is no run: {error}", where=str(path)) from None
        if not isinstance(self.description, dict):
            raise CaptureError("is no run: an object expected", where=str(path / "run.json"))
        if (self.description.get("schema"), self.description.get("version")) != ("cmc.run", 1):
            raise CaptureError("is a run of another version; cmc.run 1 is read", where=str(path))
        for name, kind in (("prompts", list), ("width", int), ("settings", str)):
            if not isinstance(self.description.get(name), kind):
                raise CaptureError(f"has no {name} to follow", where=str(path / "run.json"))
        texts(self.description["prompts"], f"{path / 'run.json'}, prompts", CaptureError)
        if self.description.get("conversations"):
            raise CaptureError(
                "has conversations, and prompts alone are followed here", where=str(path), hint="follow it with cmc capture"
            )
        self.path, self.width = path, width
        self.seeds: list[int] = []
        self.map_digest: str | None = None
        self._maps: list[TokenMap] = []
        theirs = self.description.get("fingerprint")
        if token_map is None:
            if theirs != fingerprint:
                raise CaptureError(
                    "the vocabularies differ, so that a map is needed", where=str(path), hint="give token_map= from its vocabulary"
                )
            return
        for side, known, wanted in (("source", token_map.source, theirs), ("target", token_map.target, fingerprint)):
            if known.fingerprint and wanted and known.fingerprint != wanted:
                raise MapError(f"the map's {side} is another vocabulary than the run's", where=str(path))
        self.map_digest = hashlib.sha256(token_map.ids.astype("<i4").tobytes()).hexdigest()
        # Those that `cmc similarity` takes by the same rule: behind the last number of 64 bits comes 0.
        self.seeds = [(seed + place) % (1 << 64) for place in range(shuffles)]
        self._maps = [token_map, *[shuffled(token_map, each) for each in self.seeds]]
        if self.seeds:
            strata = self._strata(token_map)
            self._maps += [shuffled(token_map, each, strata=strata) for each in self.seeds]

    def _strata(self, token_map: TokenMap) -> npt.NDArray[np.int32]:
        """Give each token's stratum, by how probable the run's untuned model finds it where it is among the best."""
        limit = int(self.description["width"])
        total, counted = np.zeros(limit), np.zeros(limit, bool)
        for number in range(len(self.description["prompts"])):
            captured = self.prompt(number)
            # Summed prompt by prompt, as the program does, so that nearly equal sums compare alike.
            sums = np.zeros(limit)
            for step in range(len(captured.steps)):
                best = captured.best(step, _BASELINE)
                places = best if captured.columns is None else np.searchsorted(captured.columns[step], best)
                sums[best] += np.exp(captured.base[step][places].astype(np.float64))
                counted[best] = True
            total += sums
        has_target = np.array([len(_targets(token_map, np.array([column]), self.width)) > 0 for column in np.flatnonzero(counted)])
        columns = np.flatnonzero(counted)[has_target] if len(has_target) else np.flatnonzero(counted)
        order = columns[np.lexsort((columns, -total[columns]))]
        strata = np.full(limit, _STRATA, np.int32)
        strata[order] = np.arange(len(order)) * _STRATA // max(len(order), 1)
        return strata

    def prompt(self, number: int) -> CapturedPrompt:
        """Give what it captured of a prompt."""
        return CapturedPrompt.read(prompt_path(self.path, number))

    def steps(self, captured: CapturedPrompt) -> ResponseSteps:
        """Give the steps of a prompt's response.

        Raises:
            PromptError: It could not be captured.
        """
        if captured.error is not None:
            label = self.description.get("label") or self.path.name
            raise PromptError(f"{label} could not capture it: {captured.error}", where=str(self.path))
        return ResponseSteps.of_run(captured)

    def wanted(self, captured: CapturedPrompt, step: int, keep: int) -> npt.NDArray[np.int64]:
        """Give the columns of the second vocabulary that comparing a step needs.

        Args:
            captured: What the run has of the prompt.
            step: The step's place.
            keep: How many of the best columns are followed where the run kept all.
        """
        own = captured.best(step, keep) if captured.columns is None else captured.columns[step].astype(np.int64)
        if not self._maps:
            return own
        few = captured.best(step, _BASELINE) if len(self._maps) > 1 else own[:0]
        parts = [_targets(self._maps[0], own, self.width)]
        parts += [_targets(other, few, self.width) for other in self._maps[1:]]
        return np.concatenate(parts)


def _targets(token_map: TokenMap, columns: npt.NDArray[np.int64], width: int) -> npt.NDArray[np.int64]:
    known = columns[columns < len(token_map)]
    targets = token_map.ids[known].astype(np.int64)
    if token_map.sequences:
        several = [token_map.sequences[row].ids for row in known.tolist() if row in token_map.sequences]
        # Half a sequence stands for nothing.
        whole = [id for ids in several for id in ids if max(ids) < width]
        targets = np.concatenate([targets, np.array(whole, np.int64)])
    return targets[(targets >= 0) & (targets < width)]
