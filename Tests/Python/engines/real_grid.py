"""SmolLM2 and Gemma 3 steer each other, on transformers and on vLLM, as `cmc generate --precision exact` has it: the whole grid.

    python Tests/Python/engines/real_grid.py transformers MODELS [--results FILE] [--only PART ...] [--minutes N]
    VLLM_PYTHON Tests/Python/engines/real_grid.py vllm MODELS …
    python Tests/Python/engines/real_grid.py show

MODELS is what real_models.py made. A cell is a direction, a mode, a factor and a map: 40 prompts of 64 tokens each. What is done
stands as a line in the results file (real-grid.jsonl beside this script), and is passed over when the same command is given
again; so does the program's own generation, in the folder --work. `show` counts what was run and what was not. Exit status 1 where
ids differ; where the two best scores are equal within 1e-4 either may have been chosen, and the text is counted as a tie.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
sys.path[:0] = [str(ROOT / "Sources/Python"), str(ROOT / "Tests/Python")]
for name, value in {
    "HF_HUB_OFFLINE": "1",
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "VLLM_ENABLE_V1_MULTIPROCESSING": "0",
    "VLLM_NO_USAGE_STATS": "1",
    "VLLM_USE_V2_MODEL_RUNNER": "0",
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "VLLM_LOGGING_LEVEL": "ERROR",
}.items():
    os.environ.setdefault(name, value)

import cross_model_control as cmc  # noqa: E402
from cross_model_control.program import find_program, run_program  # noqa: E402

RESULTS = Path(__file__).parent / "real-grid.jsonl"
FIRST = [
    *["The capital of France is", "Die Straßenbahnhaltestelle in 東京 heißt", "Once upon a time, in a café in Kraków,"],
    *["def f(x):\n", "Translate to Greek and Hebrew: the sign of the harbor is", "🙂🙃 means", "C'est l'été à"],
    "Слово «тень» по-английски:",
]
SIGNS = ["לידומ", "тень", "カタナ", "ωμέγα", "naïve", "☃", "x_1 = 2;", "🙂"]
NAMES = ["Loltrour Lumrot", "Иван Гром", "Σοφία Νέα", "לידומ Raitgeank"]
PROMPTS = FIRST + [f"This is {who}, who signs as {sign}. Others sign" for sign in SIGNS for who in NAMES]
PAIRS = [("smollm2", "gemma3"), ("gemma3", "smollm2")]
MODES = ["base-normalize", "add", "normalize"]
KINDS = ["pm-mined", "retokenize", "npy"]


@dataclass(frozen=True)
class Cell:
    """One set-up: 40 texts.

    Attributes:
        engine: transformers or vllm.
        user: The user model.
        delta: The delta model.
        mode: The mode.
        alpha: The factor.
        map: The kind of map.
    """

    engine: str
    user: str
    delta: str
    mode: str
    alpha: float
    map: str

    @property
    def name(self) -> str:
        """A name for people, by whose parts cells can be chosen."""
        return f"{self.engine}/{self.user}-{self.delta}/{self.mode}/{self.alpha}/{self.map}"


def cells(engine: str) -> list[Cell]:
    """Give all set-ups of an engine, those that differ most first; without control there is nothing to vary."""
    kinds = [("pm-mined", 1.0), ("retokenize", 1.0), ("npy", 1.0), ("pm-mined", 0.5), ("retokenize", 0.5), ("npy", 0.5)]
    steered = [Cell(engine, *pair, mode, alpha, kind) for kind, alpha in kinds for mode in MODES for pair in PAIRS]
    return steered[:2] + [Cell(engine, *pair, MODES[0], 0.0, KINDS[0]) for pair in PAIRS] + steered[2:]


class Reference:
    """The program's own generations, each made once, 40 at a time by `cmc serve`; some of them by `cmc generate` too."""

    def __init__(self, models: Path, work: Path, tokens: int) -> None:
        self.models, self.work, self.tokens = models, work, tokens
        self.server: subprocess.Popen[str] | None = None
        self.served: tuple[str, ...] = ()
        self.url = ""
        work.mkdir(parents=True, exist_ok=True)

    def map(self, cell: Cell, kind: str | None = None) -> Path:
        """Give the file of a map."""
        kind = kind or cell.map
        path = self.work / f"{cell.user}-{cell.delta}-{kind}{'.npy' if kind == 'npy' else '.json'}"
        if not path.is_file():
            method = "pm-mined" if kind == "npy" else kind
            run_program("align", self.models / cell.user, self.models / cell.delta, "--method", method, "-o", path, "--quiet")
        return path

    def steering(self, cell: Cell) -> list[str]:
        """Give the options that say which models and which map."""
        return ["--user", f"{self.models / cell.user}", "--delta", f"{self.models / cell.delta}", "--map", f"{self.map(cell)}"]

    def steps(self, cell: Cell, count: int) -> list[list[dict[str, Any]]]:
        """Give token, margin to the next best and re-encoding of each step of the first prompts."""
        path = self.work / f"{cell.user}-{cell.delta}-{cell.mode}-{cell.alpha}-{cell.map}-{self.tokens}-{count}.json"
        if not path.is_file():
            self.serve(cell)
            asked = {"prompt": PROMPTS[:count], "max_tokens": self.tokens, "temperature": 0, "ignore_eos": True}
            asked |= {"cmc_alpha": cell.alpha, "cmc_mode": cell.mode, "cmc_trace": 2}
            headers = {"Content-Type": "application/json"}
            request = urllib.request.Request(f"{self.url}/v1/completions", json.dumps(asked).encode(), headers)
            with urllib.request.urlopen(request, timeout=3600) as answer:
                choices = json.load(answer)["choices"]
            traces = [choice["cmc_trace"] for choice in sorted(choices, key=lambda choice: choice["index"])]
            found = [[step_of(step) for step in trace["steps"]] for trace in traces]
            # One text alone, by the command: what the server says of it must be the same.
            place = len(path.name) % count
            if self.alone(cell, place) != found[place]:
                raise SystemExit(f"{cell.name}: cmc serve and cmc generate differ at prompt {place}")
            path.write_text(json.dumps(found), encoding="utf-8")
        result: list[list[dict[str, Any]]] = json.loads(path.read_text(encoding="utf-8"))
        return result

    def alone(self, cell: Cell, place: int) -> list[dict[str, Any]]:
        """Give the steps of one prompt by `cmc generate`."""
        trace = self.work / f"trace-{os.getpid()}.json"
        run_program(
            *["generate", *self.steering(cell), "--mode", cell.mode, "--alpha", str(cell.alpha), "--prompt", PROMPTS[place]],
            *["--max-tokens", str(self.tokens), "--ignore-eos", "--precision", "exact"],
            *["--trace", trace, "--trace-top", "2", "--force", "--quiet"],
        )
        steps = json.loads(trace.read_text(encoding="utf-8"))["steps"]
        trace.unlink()
        return [step_of(step) for step in steps]

    def serve(self, cell: Cell) -> None:
        """Have a server with the models and the map of a set-up."""
        options = self.steering(cell)
        if self.served == tuple(options):
            return
        self.close()
        command = [str(find_program()), "serve", *options, "--precision", "exact", "--port", "0", "--json", "--timeout", "3600"]
        self.server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.server.stdout
        self.url = json.loads(self.server.stdout.readline())["url"]
        self.served = tuple(options)

    def close(self) -> None:
        """End the server."""
        if self.server:
            self.server.terminate()
            self.server.wait(120)
        self.server, self.served = None, ()


def step_of(step: dict[str, Any]) -> dict[str, Any]:
    """Give what is compared of a step of a trace."""
    best = [entry["value"] for entry in step["combined_top"]]
    return {"id": step["id"], "margin": best[0] - best[1], "reencoded": step["reencoded"]}


def compare(found: list[int], steps: list[dict[str, Any]]) -> str:
    """Say whether ids are equal, part where both best scores are equal but for rounding, or differ."""
    for token, step in zip(found, steps, strict=True):
        if token != step["id"]:
            return "tie" if step["margin"] < 1e-4 else "different"
    return "equal"


def by_transformers(models: Path, reference: Reference, wanted: list[Cell], count: int) -> Iterator[tuple[Cell, list[list[int]]]]:
    """Generate in batches of twenty."""
    import torch
    import transformers

    torch.set_num_threads(1)
    loaded: dict[str, Any] = {}
    for cell in wanted:
        for name in (cell.user, cell.delta):
            if name not in loaded:
                auto = transformers.AutoModelForCausalLM.from_pretrained(models / name, dtype=torch.float32).eval()
                loaded[name] = (auto, transformers.AutoTokenizer.from_pretrained(models / name))
        delta = cmc.DeltaModel(*loaded[cell.delta])
        term = cmc.Term(delta, cmc.TokenMap.load(reference.map(cell)), cell.alpha)
        model = cmc.SteeredModel(*loaded[cell.user], [term], mode=cell.mode)
        rows: list[list[int]] = []
        for start in range(0, count, 20):
            texts = PROMPTS[start : min(start + 20, count)]
            rows += model.generate_ids(texts, max_new_tokens=reference.tokens, eos_token_id=None)
        yield cell, rows


def by_vllm(models: Path, reference: Reference, wanted: list[Cell], count: int) -> Iterator[tuple[Cell, list[list[int]]]]:
    """Generate in one engine, which has one user model and one mode; the command is given again for others."""
    from vllm import LLM, SamplingParams

    first = wanted[0]
    fitting = [cell for cell in wanted if (cell.user, cell.mode) == (first.user, first.mode)]
    maps = {kind: str(reference.map(first, kind)) for kind in KINDS}
    deltas = {"small": {"model": str(models / first.delta), "maps": maps}}
    os.environ["CMC_VLLM"] = json.dumps({"deltas": deltas, "mode": first.mode})
    processor = "cross_model_control.vllm:CrossModelControl"
    options: dict[str, Any] = {"enforce_eager": True, "dtype": "float32", "logits_processors": [processor]}
    engine = LLM(str(models / first.user), max_model_len=512, max_num_seqs=8, **options)
    for cell in fitting:
        extra = {"cmc_alpha": cell.alpha, "cmc_map": cell.map}
        parameters = SamplingParams(temperature=0, max_tokens=reference.tokens, ignore_eos=True, detokenize=False, extra_args=extra)
        outputs = engine.generate(PROMPTS[:count], parameters, use_tqdm=False)
        yield cell, [list(output.outputs[0].token_ids) for output in outputs]


def read(path: Path) -> list[dict[str, Any]]:
    """Give the lines of a results file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []


def is_of(line: dict[str, Any], cell: Cell) -> bool:
    return all(line[key] == value for key, value in asdict(cell).items())


def show(path: Path) -> int:
    """Count what was run, and name what was not."""
    lines = read(path)
    for engine in ("transformers", "vllm"):
        found = [line for line in lines if line["engine"] == engine]
        texts, equal, ties = (sum(line[name] for line in found) for name in ("prompts", "equal", "ties"))
        tokens, reencoded = sum(line["prompts"] * line["tokens"] for line in found), sum(line["reencoded"] for line in found)
        left = [cell.name for cell in cells(engine) if not any(is_of(line, cell) for line in found)]
        print(f"{engine}: {len(found)} cells, {texts} texts, {tokens} tokens, {reencoded} steps encoded anew")
        print(f"  {equal} texts equal, {ties} part at a tie, {texts - equal - ties} differ; {len(left)} cells not run")
    return 1 if any(line["equal"] + line["ties"] != line["prompts"] for line in lines) else 0


def compare_cells(arguments: argparse.Namespace, reference: Reference, wanted: list[Cell]) -> None:
    """Generate, compare, and write a line a cell."""
    start = time.monotonic()
    generate = by_transformers if arguments.engine == "transformers" else by_vllm
    for cell, rows in generate(arguments.models, reference, wanted, arguments.prompts):
        steps = reference.steps(cell, len(rows))
        verdicts = [compare(row, wanted_steps) for row, wanted_steps in zip(rows, steps, strict=True)]
        line = {**asdict(cell), "prompts": len(rows), "tokens": arguments.tokens}
        line |= {"equal": verdicts.count("equal"), "ties": verdicts.count("tie")}
        line["reencoded"] = sum(step["reencoded"] for row in steps for step in row)
        with arguments.results.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        print(
            f"{cell.name}: {line['equal']} equal, {line['ties']} ties of {len(rows)}, {line['reencoded']} encoded anew", flush=True
        )
        if time.monotonic() - start > arguments.minutes * 60:
            break


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine", choices=["transformers", "vllm", "show"])
    parser.add_argument("models", type=Path, nargs="?")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "cmc-real-grid")
    parser.add_argument("--only", nargs="+", default=[""], help="cells whose names have one of these parts")
    parser.add_argument("--prompts", type=int, default=40)
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no cell after so long")
    arguments = parser.parse_args()
    if arguments.engine == "show":
        return show(arguments.results)
    done = read(arguments.results)
    wanted = [cell for cell in cells(arguments.engine) if any(part in cell.name for part in arguments.only)]
    wanted = [cell for cell in wanted if not any(is_of(line, cell) and line["prompts"] >= arguments.prompts for line in done)]
    if not wanted:
        return show(arguments.results)
    with contextlib.closing(Reference(arguments.models, arguments.work, arguments.tokens)) as reference:
        compare_cells(arguments, reference, wanted)
    return show(arguments.results)


if __name__ == "__main__":
    sys.exit(main())
