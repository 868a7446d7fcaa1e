"""Folders for transformers of the real models that `Vocabs/fetch` brings as GGUF files.

    python Tests/Python/real_models.py OUTPUT

makes OUTPUT/smollm2 and OUTPUT/gemma3 in float32, where they are not there yet.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
import transformers

ROOT = Path(__file__).parents[2]
FILES = {
    "smollm2": ROOT / "Vocabs/real/smollm2-135m/SmolLM2-135M-Instruct.Q4_1.gguf",
    "gemma3": ROOT / "Vocabs/real/gemma-3-270m/gemma-3-270m.Q4_K_M.gguf",
}


def convert(file: Path, folder: Path) -> None:
    """Save a model and its tokenizer; a model that came from GGUF is copied into a fresh one, for itself cannot be saved."""
    options = {"gguf_file": file.name}
    model = transformers.AutoModelForCausalLM.from_pretrained(file.parent, dtype=torch.float32, **options)
    config = model.config
    config.__dict__.pop("quantization_config", None)
    fresh = type(model)(config)
    fresh.load_state_dict(model.state_dict())
    fresh.tie_weights()
    fresh.save_pretrained(folder)
    transformers.AutoTokenizer.from_pretrained(file.parent, **options).save_pretrained(folder)


if __name__ == "__main__":
    for name, file in FILES.items():
        if not (Path(sys.argv[1]) / name / "tokenizer.json").is_file():
            convert(file, Path(sys.argv[1]) / name)
