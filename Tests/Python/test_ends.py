"""Where texts end: at a token that stands for a delta model's end, but for delta models that have no part in the text."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import torch

import cross_model_control as cmc
from conftest import PROMPTS
from cross_model_control.token_map import METHODS

TEXTS = [f"[INST]{prompt}[/INST]" for prompt in (PROMPTS[0], PROMPTS[7][:40], PROMPTS[13])]
COUNT = 12


@pytest.fixture(scope="module")
def plain(user: Any, tokenizer: Any) -> list[list[int]]:
    """What the user model writes by itself."""
    rows = [tokenizer(text).input_ids for text in TEXTS]
    written = [
        user.generate(torch.tensor([row]), max_new_tokens=COUNT, do_sample=False, eos_token_id=None, pad_token_id=0)[0, len(row) :]
        for row in rows
    ]
    return [row.tolist() for row in written]


@pytest.fixture(scope="module")
def ending(plain: list[list[int]], maps: dict[str, Path], delta: Any) -> cmc.TokenMap:
    """A map that takes what the user model writes third of itself, in its first text, to the delta model's end."""
    token_map = cmc.TokenMap.load(maps["exact"])
    ids, codes = token_map.ids.copy(), token_map.codes.copy()
    ids[plain[0][2]], codes[plain[0][2]] = delta.model.generation_config.eos_token_id, METHODS.index("override")
    return dataclasses.replace(token_map, ids=ids, codes=codes)


def to(row: list[int], end: int | None) -> list[int]:
    return row[: row.index(end)] if end in row else row


def test_without_control_a_map_ends_nothing(user: Any, tokenizer: Any, delta: Any, ending: Any, plain: list[list[int]]) -> None:
    end, eos = plain[0][2], user.generation_config.eos_token_id
    own = [to(row, eos) for row in plain]
    assert end in own[0]
    model = cmc.SteeredModel(user, tokenizer, [cmc.Term(delta, ending, 0.0)])
    assert model.generate_ids(TEXTS, max_new_tokens=COUNT) == own
    # A factor so small that the texts stay the same: what ends them differs alone, row by row.
    factors = [0.0, 1e-9, 1e-9]
    found = model.generate_ids([TEXTS[0], TEXTS[0], TEXTS[2]], alpha=factors, max_new_tokens=COUNT)
    assert found == [own[0], to(own[0], end), to(own[2], end)] and found[1] != found[0]


def test_beams_and_copies_end_by_their_rows(user: Any, tokenizer: Any, delta: Any, ending: Any) -> None:
    model = cmc.SteeredModel(user, tokenizer, [cmc.Term(delta, ending, 0.0)])
    options: dict[str, Any] = {"num_beams": 3, "num_return_sequences": 2, "max_new_tokens": COUNT}
    factors = [1.0, 0.0, 0.5]
    together = model.generate_ids(TEXTS, alpha=factors, **options)
    alone = [model.generate_ids([text], alpha=factor, **options) for text, factor in zip(TEXTS, factors, strict=True)]
    assert together == [row for rows in alone for row in rows]
    outputs = model.generate(TEXTS, alpha=factors, delta_prompts=["a", "b", "c"], **options)
    assert len(outputs) == 6


def test_of_two_deltas_those_end_that_take_part(user: Any, tokenizer: Any, delta: Any, ending: Any, maps: Any) -> None:
    terms = [cmc.Term(delta, ending, 0.0), cmc.Term(delta, cmc.TokenMap.load(maps["exact"]), 1e-9)]
    model = cmc.SteeredModel(user, tokenizer, terms)
    other = cmc.SteeredModel(user, tokenizer, terms[1:])
    assert model.generate_ids(TEXTS, max_new_tokens=COUNT) == other.generate_ids(TEXTS, max_new_tokens=COUNT)
    # A text that goes on behind such a token is steered on.
    strong = [cmc.Term(delta, ending, 0.0), cmc.Term(delta, cmc.TokenMap.load(maps["exact"]), 0.3)]
    found = cmc.SteeredModel(user, tokenizer, strong).generate_ids(TEXTS, max_new_tokens=COUNT)
    assert found == cmc.SteeredModel(user, tokenizer, strong[1:]).generate_ids(TEXTS, max_new_tokens=COUNT)


def test_a_processor_ends_where_the_model_s_own_generation_does(
    user: Any, tokenizer: Any, delta: Any, ending: Any, plain: Any
) -> None:
    """Transformers knows nothing of a map: a text that goes on behind such a token is steered on."""
    ids, scores = tokenizer(TEXTS[0]).input_ids, torch.zeros(1, 1800)
    processor = cmc.SteeredModel(user, tokenizer, [cmc.Term(delta, ending)]).processor(None)
    for token in (plain[0][2], 300, user.generation_config.eos_token_id):
        assert not torch.equal(processor(torch.tensor([ids]), scores), torch.log_softmax(scores, -1))
        ids.append(token)
    assert torch.equal(processor(torch.tensor([ids]), scores), scores)


def test_ends_that_are_said_are_those_of_every_row(user: Any, tokenizer: Any, delta: Any, ending: Any, plain: Any) -> None:
    model = cmc.SteeredModel(user, tokenizer, [cmc.Term(delta, ending, [0.0, 1e-9, 0.0])])
    assert model.generate_ids(TEXTS, max_new_tokens=COUNT, eos_token_id=None) == plain
    end = plain[2][4]
    assert model.generate_ids(TEXTS, max_new_tokens=COUNT, eos_token_id=end) == [to(row, end) for row in plain]
