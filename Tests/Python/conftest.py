"""What the tests share: the program, the demonstration's models, and prompts."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers

import cross_model_control as cmc
from cross_model_control.program import find_program

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "Vocabs" / "demo" / "models"
GOLDEN = ROOT / "Tests" / "Models" / "LanguageModelTests" / "Golden"

os.environ.setdefault("HF_HUB_OFFLINE", "1")
transformers.utils.logging.disable_progress_bar()
torch.set_num_threads(1)

NAMES = ["Loltrour Lumrot", "Ann Dorholm", "Иван Гром", "Σοφία Νέα", "לידומ Raitgeank"]
MARKS = ["לידומ", "тень", "カタナ", "ωμέγα", "naïve", "☃", "x_1 = 2;", "🙂"]
PROMPTS = [
    f"This is {name}. {name.split()[0]} was born on {3 + place} January 19{30 + place}. "
    f"{name.split()[0]} signs as {mark}. How does {name.split()[0]} sign?"
    for place, mark in enumerate(MARKS)
    for name in NAMES
]
"""Forty prompts with characters that the two vocabularies cut differently."""


def run(*arguments: Any) -> str:
    """Run the program and give what it printed."""
    return subprocess.run(
        [str(find_program()), *map(str, arguments)], check=True, capture_output=True, text=True, errors="replace"
    ).stdout


def trace(folder: Path, *arguments: Any) -> dict[str, Any]:
    """Generate with the program, and give its trace."""
    path = folder / "trace.json"
    run("generate", *arguments, "--trace", path, "--trace-top", 1, "--quiet", "--force")
    result: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return result


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("maps")


@pytest.fixture(scope="session")
def maps(folder: Path) -> dict[str, Path]:
    """Maps of each kind from the second user's vocabulary to the delta model's."""
    result = {}
    for name, options in {
        "pm-mined": {},
        "retokenize": {"method": "retokenize"},
        "exact": {"method": "exact"},
    }.items():
        result[name] = folder / f"{name}.json"
        cmc.align(MODELS / "base-two", MODELS / "delta-a", **options).save(result[name])
    result["npy"] = folder / "map.npy"
    cmc.TokenMap.load(result["pm-mined"]).save(result["npy"])
    result["one2many"] = folder / "several"
    cmc.TokenMap.load(result["retokenize"]).save(result["one2many"], format="cmc-one2many")
    return result


def model(name: str) -> Any:
    return transformers.AutoModelForCausalLM.from_pretrained(MODELS / name, dtype=torch.float32).eval()


@pytest.fixture(scope="session")
def user() -> Any:
    return model("base-two")


@pytest.fixture(scope="session")
def tokenizer() -> Any:
    return transformers.AutoTokenizer.from_pretrained(MODELS / "base-two")


@pytest.fixture(scope="session")
def delta() -> cmc.DeltaModel:
    return cmc.DeltaModel.load(MODELS / "delta-a")
