"""Rows of a batch get what each gets alone: greedy, sampled, in beams, with any padding."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import cross_model_control as cmc
from conftest import PROMPTS
from test_steering import margins, same, steered, written  # noqa: F401

MIXED = [0.0, 1.0, 0.5, 1.0, 0.0, 0.75, 1.5, 0.25]


@pytest.fixture(scope="module")
def model(user: Any, tokenizer: Any, delta: Any, maps: dict[str, Path]) -> cmc.SteeredModel:
    return steered(user, tokenizer, delta, maps["pm-mined"], "base-normalize", "zero")


def prompts() -> list[str]:
    """Eight prompts of very different lengths."""
    return [PROMPTS[5 * place][: 12 + 16 * place] for place in range(8)]


def test_mixed_factors_and_lengths(model: cmc.SteeredModel, margins: list[torch.Tensor]) -> None:  # noqa: F811
    together = written(model, prompts(), MIXED)
    seen = list(margins)
    for place, (prompt, alpha) in enumerate(zip(prompts(), MIXED, strict=True)):
        assert same(together[place], written(model, [prompt], alpha)[0], seen, place)


def test_rows_without_control_are_left_alone(model: cmc.SteeredModel, user: Any, tokenizer: Any) -> None:
    ids = tokenizer(["[INST]one[/INST]"], return_tensors="pt").input_ids
    scores = torch.randn(1, 1800)
    assert torch.equal(model.processor(["one"], 0.0)(ids, scores), scores)


@pytest.mark.parametrize("side", ["left", "right"])
def test_padding(model: cmc.SteeredModel, tokenizer: Any, side: str) -> None:
    """The processor's scores do not depend on where a prompt is padded."""
    rows = [tokenizer(text).input_ids for text in ("Where is it", "Where is the mark of Ann")]
    widest = max(map(len, rows))
    pad = [[0] * (widest - len(row)) for row in rows]
    padded = [p + row if side == "left" else row + p for p, row in zip(pad, rows, strict=True)]
    scores = torch.randn(2, 1800, generator=torch.Generator().manual_seed(1))
    together = model.processor(None)(torch.tensor(padded), scores)
    for place, row in enumerate(rows):
        torch.testing.assert_close(
            together[place : place + 1],
            model.processor(None)(torch.tensor([row]), scores[place : place + 1]),
            atol=1e-4,
            rtol=0,
        )


class Plain:
    """The same sum by the rule in its plain form: every history read anew at every step, alone."""

    def __init__(self, model: cmc.SteeredModel, prompts: list[str], alpha: float, start: int) -> None:
        self.term, self.prompts, self.alpha, self.start = model.processor(None).terms[0], prompts, alpha, start

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        result = torch.log_softmax(scores.double(), -1)
        token_map = self.term.token_map
        for place, row in enumerate(input_ids.tolist()):
            prompt = self.prompts[place * len(self.prompts) // len(input_ids)]
            history = self.term.delta.history(prompt, self.term.translation)
            for token in row[self.start :]:
                history.append(token)
            with torch.no_grad():
                logits = self.term.delta.model(torch.tensor([history.ids]), use_cache=False).logits[0, -1].double()
            for user, target in enumerate(token_map.ids.tolist()):
                if target >= 0:
                    result[place, user] += self.alpha * logits[target]
        return result.float()


@pytest.mark.parametrize(
    "options",
    [
        {"num_beams": 4},
        {"num_beams": 3, "num_return_sequences": 3, "length_penalty": 0.2},
        {"do_sample": True, "temperature": 1.5, "num_return_sequences": 3},
        {"do_sample": True, "top_p": 0.9, "repetition_penalty": 1.3},
        {"num_beams": 2, "do_sample": True},
    ],
    ids=str,
)
def test_ways_of_generating(model: cmc.SteeredModel, user: Any, tokenizer: Any, options: dict[str, Any]) -> None:
    texts = [f"[INST]{prompt}[/INST]" for prompt in (PROMPTS[0], PROMPTS[13])]
    deltas = [f"<|user|>{prompt}<|bot|>" for prompt in (PROMPTS[0], PROMPTS[13])]
    tokenizer.padding_side, tokenizer.pad_token = "left", "<unk>"
    inputs = tokenizer(texts, return_tensors="pt", padding=True)
    outputs = []
    for processor in (
        model.processor(deltas, 0.75, ends=[]),
        Plain(model, deltas, 0.75, inputs.input_ids.shape[1]),
    ):
        torch.manual_seed(3)
        outputs.append(
            user.generate(**inputs, **options, logits_processor=[processor], max_new_tokens=16, eos_token_id=None, pad_token_id=0)
        )
    assert outputs[0].tolist() == outputs[1].tolist()


def test_one_generation_after_the_other(model: cmc.SteeredModel, user: Any, tokenizer: Any) -> None:
    """A processor without prompts of its own takes those it is given, and starts anew with each generation."""
    processor = cmc.ControlledLogits(model.terms, tokenizer)
    for text in ("Where is it", "Where is it", "How many are there"):
        ids = torch.tensor([tokenizer(text).input_ids])
        once = user.generate(ids, logits_processor=[processor], max_new_tokens=8, do_sample=False, pad_token_id=0)
        fresh = cmc.ControlledLogits(model.terms, tokenizer)
        again = user.generate(ids, logits_processor=[fresh], max_new_tokens=8, do_sample=False, pad_token_id=0)
        assert once.tolist() == again.tolist()


def test_assisted_generation_is_refused(model: cmc.SteeredModel, user: Any) -> None:
    with pytest.raises(cmc.ControlError, match="assisted generation"):
        user.generate(torch.tensor([[1, 300, 301, 300]]), logits_processor=[model.processor(None)], prompt_lookup_num_tokens=2)
    with pytest.raises(cmc.ControlError, match="assisted generation"):
        model.generate("one", assistant_model=user)


def test_a_text_that_is_set_back_is_refused(model: cmc.SteeredModel) -> None:
    processor, scores = model.processor(None), torch.zeros(1, 1800)
    for ids in ([1, 400], [1, 400, 500], [1, 400, 500, 600]):
        processor(torch.tensor([ids]), scores)
    with pytest.raises(cmc.ControlError, match="set back"):
        processor(torch.tensor([[1, 400, 700]]), scores)


def test_conversations(user: Any, delta: Any, tokenizer: Any) -> None:
    """Messages go through each model's own chat template; the shares of a generation are counted."""
    import copy

    import transformers

    from conftest import MODELS

    one, two = copy.copy(tokenizer), transformers.AutoTokenizer.from_pretrained(MODELS / "delta-a")
    one.chat_template = "{% for m in messages %}[INST]{{ m['content'] }}{% endfor %}[/INST]"
    two.chat_template = "{% for m in messages %}<|user|>{{ m['content'] }}{% endfor %}<|bot|>"
    model = cmc.SteeredModel(user, one, [cmc.Term(cmc.DeltaModel(delta.model, two))])
    found = model.generate([{"role": "user", "content": PROMPTS[0]}], max_new_tokens=24)
    assert isinstance(found, str)
    plain = model.generate(f"[INST]{PROMPTS[0]}[/INST]", delta_prompts=[f"<|user|>{PROMPTS[0]}<|bot|>"], max_new_tokens=24)
    assert found == plain
    many = model.generate([[{"role": "user", "content": text}] for text in PROMPTS[:2]], max_new_tokens=24)
    assert many[0] == found and len(many) == 2


def test_shares(model: cmc.SteeredModel) -> None:
    """How much of a text had no target, and was encoded anew."""
    processor = model.processor(["one"])
    token_map = model.processor(None).terms[0].token_map
    missing, exact = int(token_map.unmatched()[-1]), int(np.flatnonzero(token_map.methods == "exact")[-1])
    ids = [1, 300]
    for token in (missing, exact, exact, None):
        processor(torch.tensor([ids]), torch.zeros(1, 1800))
        ids.append(token or 0)
    assert (processor.steps, processor.unmatched_share, processor.reencoded) == (4, 1 / 3, 1)
