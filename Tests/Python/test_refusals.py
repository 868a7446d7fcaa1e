"""What does not fit is refused when it is put together, with what, where and what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers

import cross_model_control as cmc
from conftest import MODELS, model
from test_windows import EXPERTS, made, own


def test_maps_of_other_tokenizers(user: Any, tokenizer: Any, delta: Any) -> None:
    other = cmc.align(MODELS / "base-one", MODELS / "delta-a")
    with pytest.raises(cmc.MapError, match="rows"):
        cmc.SteeredModel(user, tokenizer, [cmc.Term(delta, other)])
    turned = cmc.align(MODELS / "base-two", MODELS / "base-two")
    with pytest.raises(cmc.MapError, match="the map's target vocabulary has"):
        cmc.SteeredModel(user, tokenizer, [cmc.Term(delta, turned)])


def test_maps_without_names(user: Any, tokenizer: Any, delta: Any) -> None:
    """A bare map is checked by size."""
    with pytest.raises(cmc.MapError, match="the map has 5 rows, the user's tokenizer has ids up to 1799"):
        cmc.SteeredModel(user, tokenizer, [cmc.Term(delta, cmc.TokenMap.from_ids([1] * 5))])
    with pytest.raises(cmc.MapError, match="the map names target 1300"):
        cmc.SteeredModel(user, tokenizer, [cmc.Term(delta, cmc.TokenMap.from_ids([1300] * 1800))])


def test_no_map_where_vocabularies_differ(user: Any, tokenizer: Any, delta: Any) -> None:
    with pytest.raises(cmc.MapError, match=r"base-two has .* as token 5, the delta model's delta-a '.*share no vocabulary"):
        cmc.SteeredModel(user, tokenizer, [cmc.Term(delta, same_vocabulary=True)])
    with pytest.raises(cmc.MapError, match="share no vocabulary"):
        cmc.ControlledLogits(cmc.Term(delta, same_vocabulary=True), tokenizer)
    small = cmc.DeltaModel.load(MODELS / "delta-a")
    small.width = 40
    with pytest.raises(cmc.MapError, match="1300 logits, the delta model 40: they share no vocabulary"):
        cmc.SteeredModel(model("base-one"), delta.tokenizer, [cmc.Term(small, same_vocabulary=True)])
    with pytest.raises(cmc.ControlError, match="same_vocabulary: True or False expected, found 'no'"):
        cmc.Term(delta, same_vocabulary="no")  # type: ignore[arg-type]


def test_experts_of_other_widths() -> None:
    with pytest.raises(cmc.ModelError, match="1300 logits, its anti-expert 1800"):
        cmc.DeltaModel.load(MODELS / "a-one", anti_expert=MODELS / "base-two")


def test_a_tokenizer_of_another_model(tokenizer: Any, delta: Any) -> None:
    with pytest.raises(cmc.ModelError, match="the tokenizer of base-two has token 1799, but the model gives 1300 logits"):
        cmc.DeltaModel(delta.model, tokenizer)


def test_a_user_s_tokenizer_of_another_model(tokenizer: Any, delta: Any, maps: dict[str, Path]) -> None:
    small, message = model("base-one"), "the tokenizer of base-two has token 1799, but the model gives 1300 logits"
    term = cmc.Term(delta, cmc.TokenMap.load(maps["exact"]))
    with pytest.raises(cmc.ModelError, match=message):
        cmc.SteeredModel(small, tokenizer, [term])
    with pytest.raises(cmc.ModelError, match=message):
        small.generate(torch.tensor([[1, 300]]), logits_processor=[cmc.ControlledLogits(term, tokenizer)], max_new_tokens=2)


def test_tokens_that_are_added_beside_need_no_logit(delta: Any, tmp_path: Path) -> None:
    """As with Gemma 3, whose files name a token for images that models of text have no row for."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(MODELS / "delta-a")
    tokenizer.add_tokens(["<image>"])
    assert len(tokenizer) > delta.width
    cmc.DeltaModel(delta.model, tokenizer)
    tokenizer.save_pretrained(tmp_path)
    with pytest.raises(cmc.ModelError, match="has token 1300, but"):
        cmc.DeltaModel(delta.model, transformers.AutoTokenizer.from_pretrained(tmp_path))


@pytest.mark.parametrize("alpha", ["x", "1", None, float("nan"), float("inf"), True, np.True_, [1.0, "2x"], 1e39, -1e300, 10**400])
def test_factors(user: Any, tokenizer: Any, delta: Any, alpha: Any) -> None:
    with pytest.raises(cmc.ControlError, match="finite number"):
        cmc.Term(delta, None, alpha)
    if alpha is not None and not isinstance(alpha, list):
        steered = cmc.SteeredModel(user, tokenizer, [cmc.Term(delta)])
        for call in (steered.generate, steered.processor, lambda prompts, alpha: steered.score(prompts, ["a"], alpha=alpha)):
            with pytest.raises(cmc.ControlError, match="finite number"):
                call(["a"], alpha=alpha)


def test_the_largest_factor(delta: Any) -> None:
    largest = float(torch.finfo(torch.float32).max)
    assert cmc.Term(delta, None, [largest, np.float32(1), torch.tensor(2), 3]).factors == [largest, 1, 2, 3]


@pytest.mark.parametrize("terms", [cmc.Term, 3, [3], [], "terms", [None]])
def test_what_is_no_list_of_terms(user: Any, tokenizer: Any, terms: Any) -> None:
    with pytest.raises(cmc.ControlError, match="terms"):
        cmc.SteeredModel(user, tokenizer, terms)
    with pytest.raises(cmc.ControlError, match="terms"):
        cmc.ControlledLogits(terms, tokenizer)


@pytest.mark.parametrize(
    ("ends", "message"),
    [
        ("</s>", "ends: a list of tokens expected, found '</s>'"),
        (2, "ends: a list of tokens expected"),
        ([99999], "ends: there is no token 99999"),
        ([-1], "there is no token -1"),
        (["2"], "ends, place 0: a token expected"),
    ],
)
def test_what_ends_no_text(user: Any, tokenizer: Any, delta: Any, ends: Any, message: str) -> None:
    with pytest.raises(cmc.ControlError, match=message):
        cmc.ControlledLogits(cmc.Term(delta), tokenizer, ends=ends)
    with pytest.raises(cmc.ControlError, match=message):
        cmc.SteeredModel(user, tokenizer, [cmc.Term(delta)]).processor(["a"], ends=ends)


def test_what_is_no_place() -> None:
    for call, name in (
        (lambda: cmc.align(None, "b"), "source"),  # type: ignore[arg-type]
        (lambda: cmc.align("a", 5), "target"),  # type: ignore[arg-type]
        (lambda: cmc.align("a", "b", overrides=[3]), r"overrides\[0\]"),  # type: ignore[list-item]
        (lambda: cmc.align("a", "b", default_overrides="no"), "default_overrides"),  # type: ignore[arg-type]
        (lambda: cmc.align("a", "b", method=None), "method"),  # type: ignore[arg-type]
        (lambda: cmc.TokenMap.load(None), "path"),  # type: ignore[arg-type]
        (lambda: cmc.TokenMap.from_ids([1]).save(5), "path"),  # type: ignore[arg-type]
        (lambda: cmc.TokenMap.from_ids([1]).save("a.json", pieces="no"), "pieces"),  # type: ignore[arg-type]
        (lambda: cmc.TokenMap.from_ids([1]).check(source=5), "source"),  # type: ignore[arg-type]
        (lambda: cmc.TokenMap.from_ids([1]).to_torch("bogus"), "device: there is no device 'bogus'"),
        (lambda: cmc.DeltaModel.load(None), "path"),  # type: ignore[arg-type]
        (lambda: cmc.DeltaModel.load(MODELS / "delta-a", device="bogus"), "delta-a: cannot be moved to the device 'bogus'"),
    ):
        with pytest.raises(cmc.CrossModelControlError, match=f"^.*{name}"):
            call()


def test_modes_and_policies(tokenizer: Any, delta: Any) -> None:
    with pytest.raises(cmc.ControlError, match=r"mode: there is no 'multiply'; one of add, normalize, base-normalize"):
        cmc.ControlledLogits(cmc.Term(delta), tokenizer, mode="multiply")
    with pytest.raises(cmc.ControlError, match="unmatched"):
        cmc.ControlledLogits(cmc.Term(delta), tokenizer, unmatched="max")


def test_counts(tokenizer: Any, delta: Any) -> None:
    with pytest.raises(cmc.ControlError, match="factors or prompts"):
        cmc.ControlledLogits(cmc.Term(delta, None, [1.0, 2.0]), tokenizer, prompts=["a", "b", "c"])
    processor = cmc.ControlledLogits(cmc.Term(delta, None, [1.0, 2.0]), tokenizer)
    with pytest.raises(cmc.ControlError, match="2 factors or prompts for 3 rows"):
        processor(torch.ones(3, 4, dtype=torch.long), torch.zeros(3, 1800))


def test_scores_that_overflow(tokenizer: Any, delta: Any) -> None:
    processor = cmc.ControlledLogits(cmc.Term(delta, None, 1e38), tokenizer)
    with pytest.raises(cmc.ControlError, match="smaller factor"):
        processor(torch.tensor([[1, 300]]), torch.zeros(1, 1800))


def test_everything_masked(tokenizer: Any, delta: Any) -> None:
    nothing = cmc.TokenMap.from_ids([-1] * 1800)
    processor = cmc.ControlledLogits(cmc.Term(delta, nothing), tokenizer, unmatched="mask")
    with pytest.raises(cmc.ControlError, match="every token is masked"):
        processor(torch.tensor([[1, 300]]), torch.zeros(1, 1800))


def test_a_missing_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMC_PROGRAM", "/nowhere/cmc")
    with pytest.raises(cmc.ProgramError, match="/nowhere/cmc: is not a program"):
        cmc.align("a", "b")
    monkeypatch.delenv("CMC_PROGRAM")
    monkeypatch.setenv("PATH", "/nowhere")
    if not (Path(cmc.__file__).parent / "bin" / "cmc").exists():
        with pytest.raises(cmc.ProgramError, match="install a wheel"):
            cmc.align("a", "b")


def test_the_program_s_errors() -> None:
    with pytest.raises(cmc.ProgramError, match=r"cmc align: .*nowhere") as caught:
        cmc.align("/nowhere/a", "/nowhere/b")
    assert isinstance(caught.value, cmc.CrossModelControlError) and caught.value.status == 1


def test_the_core_needs_numpy_alone() -> None:
    """Maps are read without torch; what needs it says what to install."""
    code = (
        "import sys; sys.modules['torch'] = None; sys.modules['transformers'] = None\n"
        "import cross_model_control as cmc\n"
        "assert cmc.TokenMap.from_ids([1, -1]).unmatched().tolist() == [1]\n"
        "try:\n    cmc.DeltaModel\n"
        "except cmc.CrossModelControlError as error:\n    print(error)\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ))
    assert "pip install 'cross-model-control[transformers]'" in found.stdout


def test_a_row_without_a_token_ends_the_text(user: Any, tokenizer: Any, delta: Any) -> None:
    """A user model with more logits than tokens: where one of them is best, the text ends with a warning."""

    class Favourite:
        def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
            return torch.cat([scores, torch.full((len(scores), 1), 1e4)], -1)

    steered = cmc.SteeredModel(user, tokenizer, [cmc.Term(delta)])
    with pytest.warns(UserWarning, match="1800, has no token"):
        rows = steered.generate_ids(["one"], logits_processor=[Favourite()], max_new_tokens=4)
    assert rows == [[1800]] and isinstance(np.array(rows), np.ndarray)


def test_a_row_without_a_token_ends_its_own_text_alone() -> None:
    class Second:
        def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
            scores = scores.clone()
            scores[:, 1800:] = -1e4
            scores[1, 1805] = 1e4 if input_ids.shape[1] == 4 else -1e4
            return scores

    steered = own(made("llama", vocab_size=1810))
    options = {"logits_processor": [Second()], "max_new_tokens": 6}
    for ends in ([2], None):
        with pytest.warns(UserWarning, match="row 1: .* 1805, has no token"):
            rows = steered.generate_ids([[1, 300], [1, 301]], eos_token_id=ends, **options)
        assert (len(rows[0]), len(rows[1]), rows[1][-1]) == (6, 3, 1805)


def test_rows_that_one_of_two_models_has_more_are_not_read(delta: Any) -> None:
    processor = cmc.ControlledLogits(cmc.Term(delta, same_vocabulary=True), delta.tokenizer, prompts=["a"])
    scores = torch.zeros(1, 1310)
    first = processor(torch.tensor([[1, 300]]), scores)
    assert torch.equal(processor(torch.tensor([[1, 300, 1305]]), scores), first)
    assert not torch.equal(processor(torch.tensor([[1, 300, 1305, 301]]), scores), first)


@pytest.mark.parametrize("kind", ["gemma2", "gpt_oss", "llama"])
def test_models_are_loaded_with_the_attention_they_have(kind: str, tmp_path: Path) -> None:
    """Not every class has the one that is asked for where a class has several."""
    options = {"gemma2": {"sliding_window": 8}, "gpt_oss": {"sliding_window": 8, **EXPERTS}}.get(kind, {})
    made(kind, vocab_size=1300, **options).save_pretrained(tmp_path)
    transformers.AutoTokenizer.from_pretrained(MODELS / "delta-a").save_pretrained(tmp_path)
    loaded = cmc.DeltaModel.load(tmp_path)
    assert loaded.model.config._attn_implementation in ("sdpa", "eager")
    assert cmc.steer(MODELS / "base-two", str(tmp_path)).generate_ids(["a"], max_new_tokens=2)


def test_a_folder_with_layers_of_another_kind(tmp_path: Path) -> None:
    config = transformers.MambaConfig(vocab_size=1300, hidden_size=16, num_hidden_layers=2, state_size=4)
    transformers.MambaForCausalLM(config).save_pretrained(tmp_path)
    transformers.AutoTokenizer.from_pretrained(MODELS / "delta-a").save_pretrained(tmp_path)
    with pytest.raises(cmc.ModelError, match=r"has layers of the kinds \['linear_attention'\]"):
        cmc.DeltaModel.load(tmp_path)
