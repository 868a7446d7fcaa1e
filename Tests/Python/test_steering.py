"""Greedy ids are those of `cmc generate --precision exact`."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import torch

import cross_model_control as cmc
from conftest import MODELS, PROMPTS, run, trace

TOKENS = 64
REENCODED: Counter[str] = Counter()
KINDS = ["pm-mined", "retokenize", "npy"]
SHORT = {("add", 1.0), ("normalize", 1.0), ("base-normalize", 0.5)}
CASES: list[Any] = [("base-normalize", "zero", 0.0, "pm-mined")]
CASES += [
    # Every mode in any case; with --full every mode with every factor and map. What test_ids compares is left to it.
    pytest.param(mode, "zero", alpha, kind, marks=[] if kind == "pm-mined" and (mode, alpha) in SHORT else [pytest.mark.full])
    for mode in ("add", "normalize", "base-normalize")
    for alpha in (0.5, 1.0)
    for kind in KINDS
    if (mode, alpha) != ("base-normalize", 1.0)
]
CASES += [("base-normalize", policy, 1.0, "pm-mined") for policy in ("mean", "min", "mask")]
CASES += [("normalize", "mean", 0.5, "retokenize"), ("base-normalize", "zero", 1.0, "one2many")]


def program(maps: dict[str, Path], mode: str, unmatched: str, alpha: float, kind: str) -> list[Any]:
    path: Any = maps[kind]
    return [
        *["--user", MODELS / "base-two", "--template", MODELS / "two.template", "--mode", mode],
        *["--delta", MODELS / "delta-a", "--delta-template", MODELS / "one.template", "--map", path],
        *["--unmatched", unmatched, "--alpha", alpha, "--max-tokens", TOKENS, "--precision", "exact"],
    ]


def written(steered: cmc.SteeredModel, prompts: list[str], alpha: Any, **options: Any) -> list[list[int]]:
    """Give the ids that a batch of prompts gets."""
    return steered.generate_ids(
        [f"[INST]{prompt}[/INST]" for prompt in prompts],
        alpha=alpha,
        delta_prompts=[f"<|user|>{prompt}<|bot|>" for prompt in prompts],
        **{"eos_token_id": None, "max_new_tokens": TOKENS, **options},
    )


@pytest.fixture
def margins(monkeypatch: pytest.MonkeyPatch) -> list[torch.Tensor]:
    """Collect for each step how far apart each row's two best scores are."""
    found: list[torch.Tensor] = []
    call = cmc.ControlledLogits.__call__

    def collect(self: Any, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        result = call(self, input_ids, scores)
        best = result.topk(2, dim=-1).values
        found.append(best[:, 0] - best[:, 1])
        return result

    monkeypatch.setattr(cmc.ControlledLogits, "__call__", collect)
    return found


def same(row: list[int], expected: list[int], margins: list[torch.Tensor], place: int) -> bool:
    """Whether ids are equal; where two scores are equal but for rounding, which is best depends on the order of sums.

    Returns:
        True where they are equal, False where they part at such a step.
    """
    for step, (found, wanted) in enumerate(zip(row, expected, strict=True)):
        if found != wanted:
            assert margins[step][place] < 2e-5, f"row {place}, step {step}: {found}, not {wanted}"
            return False
    return True


def steered(user: Any, tokenizer: Any, delta: Any, path: Path, mode: str, unmatched: str) -> cmc.SteeredModel:
    term = cmc.Term(delta, cmc.TokenMap.load(path))
    return cmc.SteeredModel(user, tokenizer, [term], mode=mode, unmatched=unmatched)


@pytest.mark.parametrize(("mode", "unmatched", "alpha", "kind"), CASES)
def test_texts(
    user: Any,
    tokenizer: Any,
    delta: Any,
    maps: dict[str, Path],
    tmp_path: Path,
    margins: Any,
    mode: str,
    unmatched: str,
    alpha: float,
    kind: str,
) -> None:
    """Forty prompts: the texts of a batch."""
    prompts = tmp_path / "prompts.jsonl"
    prompts.write_text("".join(json.dumps({"prompt": prompt}) + "\n" for prompt in PROMPTS), encoding="utf-8")
    options = program(maps, mode, unmatched, alpha, kind)
    run("generate", *options, "--prompts", prompts, "-o", tmp_path / "out.jsonl", "--quiet", "--ignore-eos")
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    expected = [json.loads(line)["output"] for line in lines]
    model = steered(user, tokenizer, delta, maps[kind], mode, unmatched)
    ids = written(model, PROMPTS, alpha)
    texts = [model.tokenizer.decode(row, skip_special_tokens=True) for row in ids]
    ties = 0
    for place in [place for place in range(len(PROMPTS)) if texts[place] != expected[place]]:
        steps = trace(tmp_path, *options, "--prompt", PROMPTS[place], "--ignore-eos")["steps"]
        ties += not same(ids[place], [step["id"] for step in steps], margins, place)
    assert ties <= 1


@pytest.mark.parametrize("kind", KINDS)
def test_ids(user: Any, tokenizer: Any, delta: Any, maps: dict[str, Path], tmp_path: Path, margins: Any, kind: str) -> None:
    """Forty prompts: the ids, which decoded texts could hide, and how often histories are encoded anew."""
    model = steered(user, tokenizer, delta, maps[kind], "base-normalize", "zero")
    ids = written(model, PROMPTS, 1.0)
    options = program(maps, "base-normalize", "zero", 1.0, kind)
    for place, (prompt, row) in enumerate(zip(PROMPTS, ids, strict=True)):
        result = trace(tmp_path, *options, "--prompt", prompt, "--ignore-eos")
        assert same(row, [step["id"] for step in result["steps"]], margins, place)
        REENCODED[kind] += sum(step["reencoded"] for step in result["steps"])


def test_enough_was_encoded_anew() -> None:
    if REENCODED:
        assert REENCODED.total() >= 300 and REENCODED["pm-mined"] >= 100, REENCODED


def test_stops(user: Any, tokenizer: Any, delta: Any, maps: dict[str, Path], tmp_path: Path) -> None:
    """A text ends where the program's ends."""
    model = steered(user, tokenizer, delta, maps["pm-mined"], "base-normalize", "zero")
    for prompt in PROMPTS[:4]:
        result = trace(tmp_path, *program(maps, "base-normalize", "zero", 1.0, "pm-mined"), "--prompt", prompt)
        text = model.generate(f"[INST]{prompt}[/INST]", delta_prompts=[f"<|user|>{prompt}<|bot|>"], max_new_tokens=TOKENS)
        assert text == result["text"]


def test_several_deltas(user: Any, tokenizer: Any, delta: Any, maps: dict[str, Path], tmp_path: Path) -> None:
    """Two delta models with factors of their own."""
    other = cmc.DeltaModel.load(MODELS / "scratch-a")
    token_map = cmc.TokenMap.load(maps["pm-mined"])
    model = cmc.SteeredModel(user, tokenizer, [cmc.Term(delta, token_map, 0.7), cmc.Term(other, token_map, 0.3)])
    for prompt in PROMPTS[:6]:
        result = trace(
            *[tmp_path, "--user", MODELS / "base-two", "--template", MODELS / "two.template", "--ignore-eos"],
            *["--delta", f"{MODELS / 'delta-a'}:0.7", "--delta", f"{MODELS / 'scratch-a'}:0.3"],
            *["--map", maps["pm-mined"], "--map", maps["pm-mined"], "--delta-template", MODELS / "one.template"],
            *["--max-tokens", TOKENS, "--prompt", prompt],
        )
        assert written(model, [prompt], None) == [[step["id"] for step in result["steps"]]]


@pytest.mark.parametrize("mode", ["add", "normalize", "base-normalize"])
def test_expert_and_anti_expert(user: Any, tokenizer: Any, maps: dict[str, Path], tmp_path: Path, mode: str) -> None:
    """Proxy tuning: the difference of two models that share a vocabulary."""
    pair = cmc.DeltaModel.load(MODELS / "a-one", anti_expert=MODELS / "base-one")
    token_map = cmc.TokenMap.load(maps["pm-mined"])
    model = cmc.SteeredModel(user, tokenizer, [cmc.Term(pair, token_map)], mode=mode)
    for prompt in PROMPTS[:6]:
        result = trace(
            *[tmp_path, "--user", MODELS / "base-two", "--template", MODELS / "two.template", "--ignore-eos"],
            *["--expert", MODELS / "a-one", "--anti-expert", MODELS / "base-one", "--map", maps["pm-mined"]],
            *["--delta-template", MODELS / "one.template", "--max-tokens", 32, "--prompt", prompt, "--mode", mode],
        )
        ids = written(model, [prompt], None, max_new_tokens=32)
        assert ids == [[step["id"] for step in result["steps"]]]


def test_same_vocabulary(tmp_path: Path, delta: Any) -> None:
    """Models that share a vocabulary need no map."""
    import transformers

    from conftest import model as load

    user, tokenizer = load("base-one"), transformers.AutoTokenizer.from_pretrained(MODELS / "base-one")
    model = cmc.SteeredModel(user, tokenizer, [cmc.Term(delta, same_vocabulary=True)])
    prompt = PROMPTS[0]
    result = trace(
        *[tmp_path, "--user", MODELS / "base-one", "--delta", MODELS / "delta-a", "--max-tokens", 32, "--ignore-eos"],
        *["--template", MODELS / "one.template", "--prompt", prompt],
    )
    ids = model.generate_ids([f"<|user|>{prompt}<|bot|>"], max_new_tokens=32, eos_token_id=None)
    assert ids == [[step["id"] for step in result["steps"]]]
