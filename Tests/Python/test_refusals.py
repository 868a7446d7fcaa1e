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

import cross_model_control as cmc
from conftest import MODELS


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


def test_no_map_where_vocabularies_differ(user: Any, tokenizer: Any) -> None:
    small = cmc.DeltaModel.load(MODELS / "delta-a")
    small.width = 40
    with pytest.raises(cmc.MapError, match="share no vocabulary"):
        cmc.SteeredModel(user, tokenizer, [cmc.Term(small, same_vocabulary=True)])


def test_experts_of_other_widths() -> None:
    with pytest.raises(cmc.ModelError, match="1300 logits, its anti-expert 1800"):
        cmc.DeltaModel.load(MODELS / "a-one", anti_expert=MODELS / "base-two")


def test_a_tokenizer_of_another_model(tokenizer: Any, delta: Any) -> None:
    with pytest.raises(cmc.ModelError, match="1800 tokens, but the model gives 1300"):
        cmc.DeltaModel(delta.model, tokenizer)


@pytest.mark.parametrize("alpha", ["x", None, float("nan"), float("inf"), True, [1.0, "2x"]])
def test_factors(delta: Any, alpha: Any) -> None:
    with pytest.raises(cmc.ControlError, match="finite number"):
        cmc.Term(delta, None, alpha)


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

    model = cmc.SteeredModel(user, tokenizer, [cmc.Term(delta)])
    with pytest.warns(UserWarning, match="1800, has no token"):
        rows = model.generate_ids(["one"], logits_processor=[Favourite()], max_new_tokens=4)
    assert rows == [[1800]] and isinstance(np.array(rows), np.ndarray)
