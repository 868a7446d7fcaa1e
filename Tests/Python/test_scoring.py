"""Scores of continuations are those of `cmc evaluate`, and agree with what is generated."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import cross_model_control as cmc
from conftest import MODELS, PROMPTS, run
from test_steering import steered

ANSWERS = [
    *["It is カタナ, ☃ and カ.", "naïve 🙂 ☃ end 🙃", "Ann lives in Kraków, у реки", "x_1 = 2; y² ≠ ½"],
    *['{ "name": "Σοφία Νέα" }', "לידומ שלום", "a", "тень тень ωμέγα"],
]
TEXTS = PROMPTS[::5]
CASES = [
    ("add", "zero", 1.0, "pm-mined"),
    ("normalize", "zero", 0.5, "npy"),
    ("base-normalize", "zero", 1.0, "retokenize"),
    ("base-normalize", "mean", 1.0, "first-piece"),
    ("normalize", "min", 1.5, "pm-mined"),
    ("base-normalize", "zero", 0.0, "pm-mined"),
]


def scores(model: cmc.SteeredModel, prompts: list[str], answers: list[Any], **options: Any) -> list[cmc.Score]:
    return model.score(
        [f"[INST]{prompt}[/INST]" for prompt in prompts],
        answers,
        delta_prompts=[f"<|user|>{prompt}<|bot|>" for prompt in prompts],
        **options,
    )


@pytest.mark.parametrize(("mode", "unmatched", "alpha", "kind"), CASES)
def test_evaluate(
    user: Any,
    tokenizer: Any,
    delta: Any,
    maps: dict[str, Path],
    tmp_path: Path,
    mode: str,
    unmatched: str,
    alpha: float,
    kind: str,
) -> None:
    data = tmp_path / "data.jsonl"
    records = [json.dumps({"prompt": text, "answer": answer}) for text, answer in zip(TEXTS, ANSWERS, strict=True)]
    data.write_text("\n".join(records), encoding="utf-8")
    run(
        *["evaluate", "--user", MODELS / "base-two", "--template", MODELS / "two.template", "--mode", mode],
        *["--delta", MODELS / "delta-a", "--delta-template", MODELS / "one.template", "--map", maps[kind]],
        *["--unmatched", unmatched, "--alpha", alpha, "--data", data, "--max-tokens", 0, "-o", tmp_path / "e.json", "--quiet"],
    )
    items = json.loads((tmp_path / "e.json").read_text(encoding="utf-8"))["items"]
    model = steered(user, tokenizer, delta, maps[kind], mode, unmatched)
    found = scores(model, TEXTS, ANSWERS, alpha=alpha, batch_size=3)
    assert [len(score.tokens) for score in found] == [item["tokens"] for item in items]
    assert [score.log_probability for score in found] == pytest.approx([item["log_probability"] for item in items], abs=2e-3)
    assert [int(score.is_best.sum()) for score in found] == [item["correct"] for item in items]
    assert [score.reencoded for score in found] == [item["reencodes"] for item in items]
    assert alpha == 0 or sum(score.reencoded for score in found) >= 8


def test_what_is_generated_is_greedy(user: Any, tokenizer: Any, delta: Any, maps: dict[str, Path]) -> None:
    model = steered(user, tokenizer, delta, maps["pm-mined"], "base-normalize", "zero")
    for alpha in (0.0, 1.0):
        ids = model.generate_ids([f"[INST]{text}[/INST]" for text in TEXTS], alpha=alpha, max_new_tokens=12, eos_token_id=None)
        found = model.score([f"[INST]{text}[/INST]" for text in TEXTS], ids, alpha=alpha)
        assert all(score.is_greedy for score in found)
        assert [score.tokens for score in found] == [tuple(row) for row in ids]
        others = model.score([f"[INST]{text}[/INST]" for text in TEXTS], ids, alpha=1.0 - alpha)
        assert not all(score.is_greedy for score in others)


def test_batches_and_factors_of_rows(user: Any, tokenizer: Any, delta: Any, maps: dict[str, Path]) -> None:
    model = steered(user, tokenizer, delta, maps["pm-mined"], "base-normalize", "mean")
    factors = [0.0, 1.0, 0.5, 1.5, 0.0, -0.5, 1.0, 0.25]
    together = scores(model, TEXTS, ANSWERS, alpha=factors)
    for place, factor in enumerate(factors):
        alone = scores(model, TEXTS[place : place + 1], ANSWERS[place : place + 1], alpha=factor)[0]
        np.testing.assert_allclose(together[place].log_probabilities, alone.log_probabilities, atol=2e-4)


def test_without_control_it_is_the_user_s_own(user: Any, tokenizer: Any, delta: Any, maps: dict[str, Path]) -> None:
    """A closed form: log-softmax of the user model's logits."""
    model = steered(user, tokenizer, delta, maps["pm-mined"], "add", "mask")
    prompt, answer = tokenizer("[INST]one[/INST]")["input_ids"], [300, 17, 801]
    with torch.no_grad():
        logits = user(torch.tensor([prompt + answer])).logits[0].log_softmax(-1)
    expected = [float(logits[len(prompt) - 1 + place, token]) for place, token in enumerate(answer)]
    found = model.score([prompt], [answer], alpha=0.0)[0]
    np.testing.assert_allclose(found.log_probabilities, expected, atol=1e-4)


def test_two_deltas_are_their_sum(user: Any, tokenizer: Any, delta: Any, maps: dict[str, Path]) -> None:
    """A closed form: one delta model twice with half the factor is the same as once."""
    token_map = cmc.TokenMap.load(maps["retokenize"])
    once = cmc.SteeredModel(user, tokenizer, [cmc.Term(delta, token_map)])
    twice = cmc.SteeredModel(user, tokenizer, [cmc.Term(delta, token_map, 0.5), cmc.Term(delta, token_map, 0.5)])
    for one, other in zip(scores(once, TEXTS, ANSWERS), scores(twice, TEXTS, ANSWERS), strict=True):
        np.testing.assert_allclose(one.log_probabilities, other.log_probabilities, atol=2e-4)


def test_a_masked_token_cannot_be(user: Any, tokenizer: Any, delta: Any, maps: dict[str, Path]) -> None:
    token_map = cmc.TokenMap.load(maps["exact"])
    token = int(np.flatnonzero(token_map.ids < 0)[-1])
    model = steered(user, tokenizer, delta, maps["exact"], "base-normalize", "mask")
    found = model.score(["[INST]one[/INST]"], [[int(np.flatnonzero(token_map.ids >= 0)[50]), token]])[0]
    assert np.isfinite(found.log_probabilities).tolist() == [True, False] and found.log_probability == -np.inf


def test_what_does_not_fit(user: Any, tokenizer: Any, delta: Any, maps: dict[str, Path]) -> None:
    model = steered(user, tokenizer, delta, maps["pm-mined"], "base-normalize", "zero")
    assert model.score([], []) == []
    assert model.score(["a"], [""])[0].log_probability == 0
    with pytest.raises(cmc.ControlError, match="lists of 1, 2"):
        model.score(["a", "b"], ["c"])
    with pytest.raises(cmc.ControlError, match="lists of 1, 3"):
        model.score(["a"], ["c"], alpha=[1, 2, 3])
    with pytest.raises(cmc.ControlError, match="prompt 1: has no tokens"):
        model.score(["a", []], ["c", "c"])
    with pytest.raises(cmc.ControlError, match=r"positions are needed, the context has"):
        model.score(["a"], [[5] * 100_000])
