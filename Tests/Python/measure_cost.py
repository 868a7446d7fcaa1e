"""What steering costs on a CPU: a controlled step against user and delta model alone, and the package's own part a row.

    python Tests/Python/measure_cost.py [MODELS] [--rows 1 8] [--steps 16]

MODELS is what real_models.py made; left out, the own part alone is measured. Times are of the process on one thread, which other
processes disturb least, each the least of several turns; models and ways take turns. The own part is that of a user model with
262 144 columns, a delta model with 151 936, and a map at random with 7 % of its entries unmatched: the worst for a cache.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers

import cross_model_control as cmc
from cross_model_control.columns import MappedColumns
from cross_model_control.scores import check_scores, delta_part, user_part

WIDTHS = (262_144, 151_936)
PROMPT = "The capital of France is a city that many people like to visit"


def least(function: Callable[[], Any], turns: int) -> float:
    """Give the least time of several turns, in milliseconds."""
    function()
    times = []
    for _ in range(turns):
        start = time.process_time()
        function()
        times.append(time.process_time() - start)
    return min(times) * 1000


def own_part(rows: int) -> float:
    """Give what the sum of both models' logits takes for each row of a batch."""
    user, delta = WIDTHS
    random = np.random.default_rng(1)
    ids = random.integers(0, delta, user)
    ids[random.random(user) < 0.07] = -1
    columns = MappedColumns(cmc.TokenMap.from_ids(ids), user, delta, torch.device("cpu"))
    ours, theirs = torch.randn(rows, user), torch.randn(rows, delta)

    def step() -> None:
        part = user_part(ours, "base-normalize")
        columns.add_to(part, range(rows), delta_part(theirs, "base-normalize"), [1.0] * rows, "zero")
        check_scores(part)

    return least(step, 40) / rows


class Pair:
    """A user model and a delta model, each alone and together."""

    def __init__(self, folder: Path, user: str, delta: str) -> None:
        places = [folder / user, folder / delta]
        self.tokenizers = [transformers.AutoTokenizer.from_pretrained(place) for place in places]
        self.models = [transformers.AutoModelForCausalLM.from_pretrained(place, dtype=torch.float32).eval() for place in places]
        term = cmc.Term(cmc.DeltaModel(self.models[1], self.tokenizers[1]), cmc.align(*places))
        self.steered = cmc.SteeredModel(self.models[0], self.tokenizers[0], [term])

    def alone(self, which: int, rows: int, tokens: int) -> None:
        ids = torch.tensor([self.tokenizers[which](PROMPT).input_ids] * rows)
        options: dict[str, Any] = {"do_sample": False, "eos_token_id": None, "pad_token_id": 0}
        self.models[which].generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=tokens, **options)

    def together(self, rows: int, tokens: int) -> None:
        self.steered.generate_ids([PROMPT] * rows, max_new_tokens=tokens, eos_token_id=None)

    def steps(self, rows: int, count: int, turns: int) -> list[float]:
        """Give milliseconds a step of the user model, of the delta model, and of both under control."""
        ways: list[Callable[[int], None]] = [
            lambda tokens: self.alone(0, rows, tokens),
            lambda tokens: self.alone(1, rows, tokens),
            lambda tokens: self.together(rows, tokens),
        ]
        found = [float("inf")] * 3
        for _ in range(turns):
            for place, way in enumerate(ways):
                # The first token reads the prompt, and is taken off.
                took = (least(lambda w=way: w(count + 1), 1) - least(lambda w=way: w(1), 1)) / count
                found[place] = min(found[place], took)
        return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=Path, nargs="?")
    parser.add_argument("--rows", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--steps", type=int, default=16)
    parser.add_argument("--turns", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    for rows in arguments.rows:
        print(f"own part, {rows} rows: {own_part(rows):.2f} ms a row at {WIDTHS[0]} columns", flush=True)
    if arguments.models is None:
        return
    for names in (("gemma3", "smollm2"), ("smollm2", "gemma3")):
        pair = Pair(arguments.models, *names)
        for rows in arguments.rows:
            user, delta, both = pair.steps(rows, arguments.steps, arguments.turns)
            print(
                f"{names[0]} by {names[1]}, {rows} rows: user {user:.1f}, delta {delta:.1f}, controlled {both:.1f} ms a step, "
                f"{both / (user + delta):.3f} times the sum",
                flush=True,
            )


if __name__ == "__main__":
    main()
