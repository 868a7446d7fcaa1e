"""What calls of a steered model are given is carried out, or refused by name."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
import torch
import transformers

import cross_model_control as cmc
from conftest import MODELS


@pytest.fixture(scope="module")
def small(tokenizer: Any, delta: Any) -> cmc.SteeredModel:
    """A user model with a table of 24 positions."""
    torch.manual_seed(2)
    config = transformers.GPT2Config(
        vocab_size=1800, n_embd=32, n_layer=2, n_head=4, n_positions=24, bos_token_id=1, eos_token_id=2, pad_token_id=0
    )
    return cmc.steer(transformers.GPT2LMHeadModel(config).eval(), delta, tokenizer=tokenizer)


FOUR = [[1, 300], [1, 301, 302], [1, 303], [1, 304]]


@pytest.mark.parametrize(
    "options",
    [
        {"delta_prompts": ["x", "y"]},
        {"delta_prompts": ["x", "y"], "alpha": [0.0, 1.0]},
        {"alpha": [0.0, 1.0]},
        {"alpha": [1.0]},
        {"alpha": np.array([0.0, 1.0])},
        {"delta_prompts": ["x"] * 8},
    ],
)
def test_lists_of_other_lengths(small: Any, options: Any) -> None:
    with pytest.raises(cmc.ControlError, match=r"lists of .* prompts"):
        small.generate_ids(FOUR, max_new_tokens=2, **options)
    with pytest.raises(cmc.ControlError, match=r"lists of .* prompts"):
        small.score(FOUR, ["a"] * 4, **options)


def test_factors_of_terms_are_for_prompts(user: Any, tokenizer: Any, delta: Any) -> None:
    model = cmc.SteeredModel(user, tokenizer, [cmc.Term(delta, None, [0.5, 1.0])])
    with pytest.raises(cmc.ControlError, match="lists of 2, 4 prompts"):
        model.generate_ids(FOUR, max_new_tokens=2)


def test_lists_that_fit(small: Any) -> None:
    together = small.generate_ids(FOUR, delta_prompts=["a", "b", "c", "d"], alpha=np.array([0, 1, 2, 3]), max_new_tokens=4)
    for place, prompt in enumerate(FOUR):
        assert small.generate_ids([np.array(prompt)], delta_prompts=["abcd"[place]], alpha=place, max_new_tokens=4) == [
            together[place]
        ]


def test_a_generation_config_is_heeded(small: Any) -> None:
    config = transformers.GenerationConfig(max_new_tokens=8, min_new_tokens=8)
    greedy = small.generate_ids(["abc"], max_new_tokens=8, min_new_tokens=8)
    assert small.generate_ids(["abc"], generation_config=config) == greedy
    end = greedy[0][3]
    config = transformers.GenerationConfig(max_new_tokens=8, eos_token_id=end)
    assert small.generate_ids(["abc"], generation_config=config)[0] == greedy[0][: greedy[0].index(end)]
    config = transformers.GenerationConfig(max_new_tokens=8, do_sample=True, temperature=50.0)
    assert len({tuple(small.generate_ids(["abc"], generation_config=config)[0]) for _ in range(4)}) > 1
    assert small.generate_ids(["abc"], generation_config=config, do_sample=False)[0] == greedy[0]
    with pytest.raises(cmc.ControlError, match="generation_config: a GenerationConfig expected, found dict"):
        small.generate("abc", generation_config={"do_sample": True})
    with pytest.raises(cmc.ControlError, match="assisted"):
        small.generate("abc", generation_config=transformers.GenerationConfig(prompt_lookup_num_tokens=2))


@pytest.mark.parametrize(
    ("prompts", "message"),
    [
        ([], "prompts: there are none"),
        ([1, 5, 6], "prompt 0: a text, a list of tokens, or a list of messages expected, found 1"),
        ([[]], "prompt 0: has no tokens"),
        (["a", [1, 2.5]], "prompt 1, place 1: a token expected, found 2.5"),
        ([[1, True]], "place 1: a token expected"),
        ([["a", "b"]], "place 0: a token expected, found 'a'"),
        ([[1, 1800]], r"prompt 0, place 1: there is no token 1800; the model has 0…1799"),
        ([[-1]], "there is no token -1"),
        (np.array([[1, 5]]), r"prompts: a list of prompts expected, found ndarray of the shape \(1, 2\)"),
        (torch.tensor([[1, 5]]), "without padding"),
        ({"input_ids": [[1, 5]]}, "a list of prompts expected, found dict"),
        (5, "a list of prompts expected, found 5"),
        ([None], "prompt 0: a text"),
        ([[1] * 25], "prompt 0: 25 positions are needed, the context has 24"),
        ([[{"role": "user"}]], "chat template"),
        (["a", "b\udfff"], r"prompt 1: character 1 is half of a surrogate pair, U\+DFFF"),
    ],
)
def test_what_is_no_prompt(small: Any, prompts: Any, message: str) -> None:
    with pytest.raises(cmc.CrossModelControlError, match=message):
        small.generate(prompts, max_new_tokens=2)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"alpha": []}, "alpha: there are no factors"),
        ({"delta_prompts": "x"}, "delta_prompts: a list of prompts expected, found 'x'"),
        ({"delta_prompts": [[1, 1500]]}, "place 1: there is no token 1500; the model has 0…1299"),
        ({"attention_mask": [[1]]}, "attention_mask: is made of the prompts"),
        ({"logits_processor": 3}, "logits_processor: a list"),
        ({"max_new_tokens": 0}, "generate: transformers refuses it: .*max_new_tokens"),
        ({"no_such_option": 1}, "generate: transformers refuses it: .*no_such_option"),
        ({"return_dict_in_generate": True}, "return_dict_in_generate: texts alone are given back"),
        ({"return_dict_in_generate": True, "output_scores": True}, "texts alone"),
        ({"output_logits": True}, "output_logits: texts alone"),
        ({"generation_config": transformers.GenerationConfig(output_scores=True)}, "output_scores: texts alone"),
        ({"eos_token_id": [2, 99999]}, "eos_token_id.*: there is no token 99999"),
        ({"eos_token_id": "</s>"}, "eos_token_id: a list of tokens expected"),
        ({"pad_token_id": 1800}, "pad_token_id.*: there is no token 1800"),
        ({"alpha": 1e39}, "alpha: must be a finite number in float32"),
        ({"delta_prompts": ["a \ud800"]}, "character 2 is half of a surrogate pair, U.D800"),
        ({"max_new_tokens": 40}, "max_new_tokens: cannot be generated.*24 positions"),
    ],
)
def test_what_is_no_option(small: Any, options: Any, message: str) -> None:
    with pytest.raises(cmc.ControlError, match=message):
        small.generate(["abc"], **{"max_new_tokens": 2, "eos_token_id": None, **options})


def test_none_is_not_given(small: Any) -> None:
    wanted = small.generate_ids(["abc"], max_new_tokens=4)
    found = small.generate_ids(
        ["abc"], max_new_tokens=4, logits_processor=None, stopping_criteria=None, generation_config=None, pad_token_id=None
    )
    assert found == wanted


@pytest.mark.parametrize(
    ("prompts", "continuations", "options", "message"),
    [
        ("ab", "cd", {}, "prompts: a list of prompts expected, found 'ab'"),
        (["a", "b"], "cd", {}, "continuations: a list of continuations expected, found 'cd'"),
        (["a"], [[99999]], {}, "continuation 0, place 0: there is no token 99999"),
        (["a"], [[-1]], {}, "there is no token -1"),
        (["a"], [None], {}, "continuation 0: a text"),
        (["a"], ["\ud800"], {}, "continuation 0: character 0 is half of a surrogate pair"),
        (["a"], ["b"], {"batch_size": 0}, "batch_size: must be a whole number of 1 or more, not 0"),
        (["a"], ["b"], {"alpha": []}, "no factors"),
        (["a"], ["b"], {"delta_prompts": "x"}, "delta_prompts: a list"),
    ],
)
def test_what_cannot_be_scored(small: Any, prompts: Any, continuations: Any, options: Any, message: str) -> None:
    with pytest.raises(cmc.ControlError, match=message):
        small.score(prompts, continuations, **options)


def test_models_and_maps_of_other_kinds(user: Any, tokenizer: Any, delta: Any) -> None:
    with pytest.raises(cmc.ModelError, match=r"LlamaForCausalLM, no DeltaModel; give DeltaModel\(model, tokenizer\)"):
        cmc.steer(user, delta.model, tokenizer=tokenizer)
    with pytest.raises(cmc.ModelError, match="/nowhere/user: cannot be loaded"):
        cmc.steer("/nowhere/user", delta)
    with pytest.raises(cmc.ModelError, match="/nowhere/delta: cannot be loaded"):
        cmc.steer(user, "/nowhere/delta", tokenizer=tokenizer)
    with pytest.raises(cmc.ModelError, match="is a int, no causal model"):
        cmc.steer(5, delta, tokenizer=tokenizer)
    with pytest.raises(cmc.ModelError, match="no causal model"):
        cmc.DeltaModel(tokenizer, tokenizer)
    with pytest.raises(cmc.MapError, match="token_map: is a dict, no TokenMap"):
        cmc.steer(user, delta, {"a": 1}, tokenizer=tokenizer)
    with pytest.raises(cmc.ControlError, match="read through no map"):
        cmc.Term(delta, cmc.TokenMap.from_ids([1]), same_vocabulary=True)
    with pytest.raises(cmc.ControlError, match="prompts: a list of prompts expected, found 'abc'"):
        cmc.ControlledLogits(cmc.Term(delta), tokenizer, prompts="abc")


def test_a_folder_without_a_tokenizer(user: Any, delta: Any, tmp_path: Any) -> None:
    user.save_pretrained(tmp_path)
    with pytest.raises(cmc.ModelError, match="has no tokenizer beside it"):
        cmc.steer(tmp_path, delta)
    with pytest.raises(cmc.ModelError, match="has no tokenizer beside it"):
        cmc.DeltaModel.load(tmp_path)


def test_what_a_user_model_is_loaded_in(user: Any, tokenizer: Any, delta: Any, tmp_path: Any) -> None:
    copy.deepcopy(user).half().save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    assert cmc.steer(tmp_path, delta).model.dtype == torch.float16
    assert cmc.steer(tmp_path, delta, dtype="float32").model.dtype == torch.float32
    with pytest.raises(cmc.ControlError, match="dtype: the user model is loaded already"):
        cmc.steer(user, delta, tokenizer=tokenizer, dtype="float32")
    with pytest.raises(cmc.ModelError, match="cannot be loaded"):
        cmc.steer(tmp_path, delta, dtype="float33")


def test_every_model_is_still_loaded_by_its_place(delta: Any) -> None:
    assert isinstance(cmc.steer(MODELS / "base-two", delta).generate("a", max_new_tokens=2), str)
