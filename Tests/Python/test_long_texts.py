"""User models whose rope changes with the length of a pass: texts are those that each gets alone, read anew, or are refused."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import cross_model_control as cmc
from test_windows import LONGROPE, made, own

DYNAMIC = {"rope_type": "dynamic", "rope_theta": 10000.0, "factor": 4.0}
SHORT, OTHER = [1, 5, 6], [1, *range(40, 52)]
LONG, LONGER = [1, *range(300, 320)], [1, *range(70, 96)]


def user(kind: str, **options: Any) -> cmc.SteeredModel:
    return own(made(kind, vocab_size=1800, **{"rope_parameters": LONGROPE, "original_max_position_embeddings": 16, **options}))


def anew(steered: cmc.SteeredModel, prompt: list[int], count: int) -> list[int]:
    """Write on greedily, with the whole text read at every step."""
    ids = list(prompt)
    with torch.no_grad():
        for _ in range(count):
            ids.append(int(steered.model(torch.tensor([ids]), use_cache=False).logits[0, -1].argmax()))
    return ids[len(prompt) :]


def written(steered: cmc.SteeredModel, prompts: list[list[int]], count: int, **options: Any) -> list[list[int]]:
    return steered.generate_ids(prompts, max_new_tokens=count, eos_token_id=None, **options)


@pytest.mark.parametrize(("prompts", "count"), [([SHORT, OTHER], 4), ([LONG, LONGER], 8), ([LONG], 8), ([SHORT], 14)])
@pytest.mark.parametrize("kind", ["llama", "phi3"])
def test_batches_that_stay_on_one_side(kind: str, prompts: list[list[int]], count: int) -> None:
    steered = user(kind)
    assert written(steered, prompts, count) == [anew(steered, prompt, count) for prompt in prompts]


@pytest.mark.parametrize(("prompts", "count"), [([SHORT, LONG], 4), ([SHORT, OTHER], 5), ([SHORT], 15), ([OTHER, LONG], 1)])
def test_batches_that_do_not_are_refused(prompts: list[list[int]], count: int) -> None:
    steered = user("llama")
    with pytest.raises(cmc.ControlError, match=r"^generate: \d+ positions .* beyond 16 the rope of the type longrope changes"):
        written(steered, prompts, count)


def test_lengths_by_any_option() -> None:
    import transformers

    steered = user("llama")
    for options in (
        {},
        {"max_length": 18},
        {"generation_config": transformers.GenerationConfig(max_new_tokens=16)},
        {"generation_config": transformers.GenerationConfig(max_length=18)},
    ):
        with pytest.raises(cmc.ControlError, match="longrope"):
            steered.generate_ids([SHORT], **options)
    assert len(steered.generate_ids([SHORT], max_length=17, eos_token_id=None)[0]) == 14


def test_a_class_that_reads_a_text_anew_crosses_over() -> None:
    steered = user("phi3")
    for prompts in ([OTHER], [OTHER, [1, *range(400, 412)]]):
        assert written(steered, prompts, 12) == [anew(steered, prompt, 12) for prompt in prompts]
    with pytest.raises(cmc.ControlError, match="longrope"):
        written(steered, [SHORT, OTHER], 12)


def test_a_rope_that_changes_at_every_length() -> None:
    steered = user("llama", rope_parameters=DYNAMIC, max_position_embeddings=16)
    assert written(steered, [SHORT, OTHER], 4) == [anew(steered, prompt, 4) for prompt in (SHORT, OTHER)]
    with pytest.raises(cmc.ControlError, match="beyond 16 the rope of the type dynamic changes"):
        written(steered, [OTHER], 8)
