"""Windows and ropes: what a delta model's rows see is what its configuration says, or it is refused by name."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import transformers

import cross_model_control as cmc
from conftest import MODELS
from cross_model_control.history import History
from cross_model_control.passes import ForwardPass
from cross_model_control.rows import DeltaBatch

SIZES: dict[str, Any] = {
    "vocab_size": 96,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 8,
    "max_position_embeddings": 128,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "pad_token_id": 0,
}
EXPERTS = {"num_experts": 4, "num_local_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 16}
LONGROPE = {
    "rope_type": "longrope",
    "rope_theta": 10000.0,
    "short_factor": [1.0] * 4,
    "long_factor": [1.0, 2.0, 4.0, 8.0],
    "factor": 4.0,
    "original_max_position_embeddings": 16,
}
WINDOWED = {
    "mistral": {},
    "ministral": {},
    "ministral3": {},
    "mixtral": EXPERTS,
    "phi3": {},
    "phimoe": EXPERTS,
    "starcoder2": {},
    "qwen2": {"use_sliding_window": True, "max_window_layers": 1},
    "qwen3_moe": {**EXPERTS, "use_sliding_window": True},
    "gemma2": {},
    "gpt_oss": EXPERTS,
}


def made(kind: str, **options: Any) -> Any:
    """Make a model with weights so large that what is seen shows."""
    torch.manual_seed(2)
    config = transformers.AutoConfig.for_model(kind, **{**SIZES, **options})
    model = transformers.AutoModelForCausalLM.from_config(config).float().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 0.2 * torch.randn(parameter.shape)
    return model


def check(model: Any, lengths: list[int]) -> None:
    """Compare rows computed together with each by itself."""
    batch = DeltaBatch([ForwardPass(model, "tiny")])
    rows = [batch.add(History([(7 * i * i + 3 * i + n) % 90 + 3 for i in range(n)], None)) for n in lengths]
    batch.compute(rows)
    for row, found in zip(rows, batch.rows_logits(rows)[0], strict=True):
        with torch.no_grad():
            wanted = model(torch.tensor([row.history.ids]), use_cache=False).logits[0, -1]
        torch.testing.assert_close(found, wanted, atol=1e-4 * float(wanted.max() - wanted.min()), rtol=1e-4)


@pytest.mark.parametrize("window", [3, 9])
@pytest.mark.parametrize("kind", WINDOWED)
def test_rows_beyond_a_window(kind: str, window: int) -> None:
    model = made(kind, sliding_window=window, **WINDOWED[kind])
    check(model, [20, 7, 13])
    assert model.config.sliding_window == window


class _Blind(transformers.LlamaForCausalLM):
    """A family that states a window, and has none."""


def test_a_window_that_is_not_had_is_refused() -> None:
    config = transformers.LlamaConfig(**SIZES)
    config.sliding_window = 100
    with pytest.raises(cmc.ModelError, match=r"by a window of 100 positions that its configuration states, .*_Blind"):
        ForwardPass(_Blind(config).eval(), "blind")
    config.sliding_window = 128
    ForwardPass(_Blind(config).eval(), "the window is the whole context")


@pytest.mark.parametrize("window", [4, 16, 256])
def test_masks_of_a_model_s_own_making_are_refused(window: int) -> None:
    options = {"vocab_size": 96, "hidden_size": 32, "num_layers": 2, "num_heads": 4, "max_position_embeddings": 600}
    config = transformers.GPTNeoConfig(**options, attention_types=[[["global", "local"], 1]], window_size=window)
    with pytest.raises(cmc.ModelError, match=r"layers of the kind 'local' \(gpt_neo\)"):
        ForwardPass(transformers.GPTNeoForCausalLM(config).eval(), "neo")
    config = transformers.GPTNeoConfig(**options, attention_types=[[["global"], 2]], window_size=window)
    check(transformers.GPTNeoForCausalLM(config).eval(), [300, 20])


def test_a_window_by_another_name_is_refused() -> None:
    with pytest.raises(cmc.ModelError, match="keep_window_size 2048"):
        ForwardPass(made("doge"), "doge")


def test_ropes_that_change_with_the_longest_row() -> None:
    model = made("phi3", rope_parameters=LONGROPE, original_max_position_embeddings=16)
    check(model, [16, 9])
    with pytest.raises(
        cmc.ControlError, match="17 positions are needed, the context has 16, up to which its rope of the type longrope"
    ):
        check(model, [17, 9])


def test_a_context_by_another_name() -> None:
    config = transformers.MptConfig(vocab_size=96, d_model=32, n_layers=2, n_heads=4, max_seq_len=24)
    model = transformers.MptForCausalLM(config).eval()
    check(model, [24, 9])
    with pytest.raises(cmc.ControlError, match="25 positions are needed, the context has 24"):
        check(model, [25, 9])


def own(model: Any) -> cmc.SteeredModel:
    """Put a user model under a delta that has no part in it."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(MODELS / "base-two")
    return cmc.SteeredModel(model, tokenizer, [cmc.Term(cmc.DeltaModel.load(MODELS / "delta-a"), None, 0.0)])


def test_scores_do_not_depend_on_the_batch() -> None:
    """The user's own passes are of several rows too."""
    model = made("phi3", vocab_size=1800, rope_parameters=LONGROPE, original_max_position_embeddings=16)
    steered = own(model)
    texts = [list(range(100, 112)), [300, 301]]
    together = steered.score([[1, 5, 6], [1, 7]], texts)
    alone = steered.score([[1, 5, 6], [1, 7]], texts, batch_size=1)
    assert [score.log_probability for score in together] == pytest.approx([score.log_probability for score in alone], rel=1e-5)
    with pytest.raises(cmc.ControlError, match=r"prompt 1: 20 positions .* longrope"):
        steered.score([[1, 5, 6], [1] * 18], [[100], [101, 102]])
