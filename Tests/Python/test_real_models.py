"""SmolLM2 and Gemma 3 steer each other as `cmc generate --precision exact` has it; needs the folders of real_models.py.

CMC_HF_MODELS names their folder; CMC_PROMPTS and CMC_TOKENS make the test smaller than 40 prompts of 64 tokens.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers

import cross_model_control as cmc
from conftest import PROMPTS, trace
from test_steering import margins, same  # noqa: F401

FOLDER = Path(os.environ.get("CMC_HF_MODELS", ""))
COUNT, TOKENS = int(os.environ.get("CMC_PROMPTS", "40")), int(os.environ.get("CMC_TOKENS", "64"))
TEXTS = [
    *[
        "The capital of France is",
        "Die Straßenbahnhaltestelle in 東京 heißt",
        "Once upon a time, in a café in Kraków,",
        "def f(x):\n",
    ],
    *["Translate to Greek and Hebrew: the sign of the harbor is", "🙂🙃 means", "C'est l'été à", "Слово «тень» по-английски:"],
    *PROMPTS[:32],
]
CASES = [("base-normalize", 0.0, "pm-mined")]
CASES += [
    (mode, a, kind)
    for mode in ("add", "normalize", "base-normalize")
    for a in (0.5, 1.0)
    for kind in ("pm-mined", "retokenize", "npy")
]
REENCODED: Counter[str] = Counter()

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(not os.environ.get("CMC_HF_MODELS"), reason="CMC_HF_MODELS names no folder of real models"),
]


@pytest.fixture(scope="module", params=[("smollm2", "gemma3"), ("gemma3", "smollm2")], ids="-".join)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    user, delta = (FOLDER / name for name in request.param)
    folder = tmp_path_factory.mktemp("real")
    maps = {kind: folder / f"{kind}.json" for kind in ("pm-mined", "retokenize")}
    for kind, path in maps.items():
        cmc.align(user, delta, method=kind).save(path)
    maps["npy"] = folder / "map.npy"
    cmc.TokenMap.load(maps["pm-mined"]).save(maps["npy"])
    return {
        "places": (user, delta),
        "maps": maps,
        "user": transformers.AutoModelForCausalLM.from_pretrained(user, dtype=torch.float32),
        "tokenizer": transformers.AutoTokenizer.from_pretrained(user),
        "delta": cmc.DeltaModel.load(delta),
    }


@pytest.mark.parametrize(("mode", "alpha", "kind"), CASES)
def test_ids(pair: dict[str, Any], tmp_path: Path, margins: list[torch.Tensor], mode: str, alpha: float, kind: str) -> None:  # noqa: F811
    term = cmc.Term(pair["delta"], cmc.TokenMap.load(pair["maps"][kind]), alpha)
    model = cmc.SteeredModel(pair["user"], pair["tokenizer"], [term], mode=mode)
    ties = 0
    for start in range(0, COUNT, 8):
        texts = TEXTS[start : min(start + 8, COUNT)]
        margins.clear()
        rows = model.generate_ids(texts, max_new_tokens=TOKENS, eos_token_id=None)
        for place, (text, row) in enumerate(zip(texts, rows, strict=True)):
            result = trace(
                *[tmp_path, "--user", pair["places"][0], "--delta", pair["places"][1], "--map", pair["maps"][kind]],
                *["--mode", mode, "--alpha", alpha, "--max-tokens", TOKENS, "--prompt", text, "--ignore-eos"],
                *["--precision", "exact"],
            )
            ties += not same(row, [step["id"] for step in result["steps"]], margins, place)
            REENCODED[kind] += sum(step["reencoded"] for step in result["steps"])
    assert ties <= 1
    print(f"{kind}: {REENCODED[kind]} steps encoded anew so far, {ties} ties")
