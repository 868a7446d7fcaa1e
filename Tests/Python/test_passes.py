"""Passes of rows of different lengths give what each row gives by itself, on every kind of layer."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import transformers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cross_model_control as cmc
from conftest import GOLDEN
from cross_model_control.history import History
from cross_model_control.passes import ForwardPass
from cross_model_control.rows import DeltaBatch, Row

KINDS = ["llama", "llama-linear", "mistral", "qwen2", "qwen3", "gemma3"]
TOKENS = st.integers(0, 95)
STEPS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9), st.lists(TOKENS, min_size=1, max_size=4)), min_size=1, max_size=12)


def load(name: str) -> Any:
    return transformers.AutoModelForCausalLM.from_pretrained(GOLDEN / name, dtype=torch.float32).eval()


@pytest.fixture(scope="module", params=KINDS)
def model(request: pytest.FixtureRequest) -> Any:
    return load(request.param)


def alone(model: Any, ids: list[int]) -> torch.Tensor:
    with torch.no_grad():
        return model(torch.tensor([ids]), use_cache=False).logits[0, -1]


def check(model: Any, batch: DeltaBatch, rows: list[Row]) -> None:
    batch.compute(rows)
    for row, found in zip(rows, batch.rows_logits(rows)[0], strict=True):
        torch.testing.assert_close(found, alone(model, row.history.ids), atol=2e-5, rtol=1e-4)


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_rows_that_grow_are_cut_back_and_forked(model: Any, steps: list[tuple[int, int, list[int]]]) -> None:
    """Rows come, go on, are cut back by themselves, are copied, and leave; windows of 6 and 7 positions are passed."""
    batch = DeltaBatch([ForwardPass(model, "tiny")])
    rows = [batch.add(History(list(range(3, 3 + count)), None)) for count in (2, 14)]
    for action, cut, tokens in steps:
        row = rows[cut % len(rows)]
        if action == 0 and len(rows) < 6:
            rows.append(batch.add(History([1, *tokens], None)))
        elif action == 1 and len(rows) > 1:
            rows.remove(row)
            batch.remove(row)
        elif action == 2 and len(rows) < 6:
            rows.append(batch.fork(row))
        elif action == 3:
            kept = max(1, len(row.history.ids) - cut)
            row.history.ids[kept:] = tokens
            row.computed, row.is_current = min(row.computed, kept), False
        else:
            for each in rows:
                each.append(tokens[0])
        check(model, batch, rows)


def test_one_pass_a_step(model: Any) -> None:
    batch = DeltaBatch([ForwardPass(model, "tiny")])
    rows = [batch.add(History([1, 2, 3 + place], None)) for place in range(5)]
    batch.compute(rows)
    for step in range(4):
        for row in rows:
            row.append(step)
        batch.compute(rows)
    assert (batch.passes, batch.positions) == (5, 15 + 20)
    batch.compute(rows)
    assert batch.passes == 5


def test_a_long_prompt_does_not_pad_the_others() -> None:
    batch = DeltaBatch([ForwardPass(load("llama"), "tiny")])
    rows = [batch.add(History([1, 2], None)) for _ in range(8)]
    batch.compute(rows)
    for row in rows:
        row.append(5)
    batch.compute([*rows, batch.add(History(list(range(90)), None))])
    assert batch.passes == 3


def test_recurrent_models_are_refused() -> None:
    config = transformers.MambaConfig(vocab_size=96, hidden_size=16, num_hidden_layers=1)
    with pytest.raises(cmc.ModelError, match="linear_attention"):
        ForwardPass(transformers.MambaForCausalLM(config).eval(), "mamba")


def test_context_is_not_passed() -> None:
    batch = DeltaBatch([ForwardPass(load("llama"), "tiny")])
    row = batch.add(History(list(range(80)) * 2, None))
    with pytest.raises(cmc.ControlError, match="160 positions are needed, the context has 128"):
        batch.compute([row])
