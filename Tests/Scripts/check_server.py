#!/usr/bin/env python3
"""Runs clients that others wrote against `cmc serve`, and holds what they get against `cmc generate` and `cmc evaluate`.

    python=$(Tests/Scripts/environment --server)
    $python Tests/Scripts/check_server.py [--program .build/release/cmc] [--lm-eval no] [--load SECONDS] [--mixes N [--seed S]]
                                               [--openai no]

The server has the demonstration's models. The openai client asks for models, completions (texts, ids, lists, echoes, streams),
chats, biases, seeds and what is wrong. lm-eval (`local-completions` and `local-chat-completions`, the tokenizer through
/tokenizer_info) runs a task of choices, one of whole texts and one of answers on data made here; the log-likelihood of the
whole texts must be that of `cmc evaluate` within 1e-4 for α 0, 0.5 and 1. With --load 32 connections ask for so many seconds (120 or
more, for memory to settle), some of them wrongly or not waiting for the answer; answers must be those of one client alone, and memory must not grow.
With --mixes so many requests that are drawn by a seed (prompts and lengths, α, modes, maps, sampling and its seeds, stops, streams,
chats and completions, connections that are closed in the middle) go through 16 connections at once; each text must be the one that
`cmc generate` writes by itself, token for token, and of what was not waited for what came must be its beginning.
The last line counts; the exit status is 1 where anything differs. Nothing leaves this machine.
"""

import argparse
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", TRANSFORMERS_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MODELS = os.path.join(ROOT, "Vocabs/demo/models")
STEERING = ["--user", f"{MODELS}/base-two", "--delta", f"{MODELS}/delta-a"]
TEMPLATES = ["--template", f"{MODELS}/two.template", "--delta-template", f"{MODELS}/one.template"]
ALPHAS = (0, 0.5, 1)
PEOPLE = ["Ada Holt", "Bo Lind", "Cy Marsh", "Dora Penn", "Eli Vance", "Fay Moor", "Gil Rand", "Hana Sore"]
PLACES = ["Rome", "Oslo", "Lima", "Cairo"]


class Counter:
    def __init__(self):
        self.passed, self.failed = 0, 0

    def check(self, name, holds, found=""):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"{name}: {found}", flush=True)


class Server:
    """A server for the time of a `with`; it must end by itself, with 0."""

    def __init__(self, program, *arguments, models=("--demo",)):
        self.command = [program, "serve", *models, "--port", "0", "--json", *arguments]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        self.head = json.loads(self.process.stdout.readline())
        self.url = self.head["url"]
        return self

    def __exit__(self, kind, *_):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=120)
        if kind is None and status != 0:
            raise RuntimeError(f"the server ended with {status}")

    def resident(self):
        """Resident memory in bytes, what the allocator keeps for later with it."""
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def metrics(self):
        """What /metrics says, but for what has labels."""
        with urllib.request.urlopen(f"{self.url}/metrics", timeout=60) as answer:
            lines = answer.read().decode().splitlines()
        return {name: float(value) for name, value in (line.split() for line in lines if line[0] != "#" and "{" not in line)}

    def in_use(self):
        """Memory that the server holds while it writes nothing, in bytes: the least of five readings."""
        for _ in range(300):
            if self.metrics()["cmc_running"] == self.metrics()["cmc_waiting"] == 0:
                break
            time.sleep(0.2)
        readings = []
        for _ in range(5):
            time.sleep(0.2)
            readings.append(int(self.metrics()["cmc_memory_in_use_bytes"]))
        return min(readings)


def texts():
    source = random.Random(17)
    return [
        f"This is {source.choice(PEOPLE)}. {source.choice(PEOPLE).split()[0]} lives in {source.choice(PLACES)}, and signs as {n}."
        for n in range(12)
    ]


def run(program, *arguments):
    return subprocess.run([program, *arguments], check=True, capture_output=True, text=True).stdout


def clients(counter, program):
    """The openai client."""
    import openai

    with tempfile.NamedTemporaryFile("w", suffix=".key") as key:
        key.write("a-secret\n")
        key.flush()
        with Server(program, "--api-key-file", key.name) as server:
            client = openai.OpenAI(base_url=server.url + "/v1", api_key="a-secret", max_retries=0)
            check = counter.check
            model = client.models.list().data[0].id
            check("models", model == "demo" and client.models.retrieve("demo").id == "demo", model)
            question = f"This is {PEOPLE[0]}. Ada lives in Rome. Where does Ada live?"
            for alpha in ALPHAS:
                options = ["--alpha", str(alpha), "--prompt", question, "--max-tokens", "16", "--json"]
                wanted = json.loads(run(program, "generate", *STEERING, *TEMPLATES, *options))
                arguments = {
                    "model": model,
                    "messages": [{"role": "user", "content": question}],
                    "temperature": 0,
                    "max_tokens": 16,
                    "extra_body": {"cmc_alpha": alpha},
                }
                answer = client.chat.completions.create(**arguments)
                check(f"chat α {alpha}", answer.choices[0].message.content == wanted["text"], answer.choices[0].message.content)
                check(f"usage α {alpha}", answer.usage.completion_tokens == len(wanted["ids"]), answer.usage)
                stream = client.chat.completions.create(**arguments, stream=True)
                text = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
                check(f"stream α {alpha}", text == wanted["text"], text)
            scored = client.chat.completions.create(**arguments, logprobs=True, top_logprobs=3)
            content = scored.choices[0].logprobs.content
            check("chat log-probabilities", len(content) == scored.usage.completion_tokens and content[0].logprob <= 0, content)
            check("best tokens", all(len(token.top_logprobs) == 3 for token in content), content)

            def complete(prompt, **more):
                return client.completions.create(model=model, prompt=prompt, **{"max_tokens": 8, "temperature": 0, **more})

            one = complete("Ada lives in").choices[0].text
            many = complete(["Ada lives in", "Bo signs as"], n=2)
            check("lists", len(many.choices) == 4 and {choice.text for choice in many.choices[:2]} == {one}, many)
            drawn = [complete("Ada", temperature=1, seed=s, n=3) for s in (5, 5, 6)]
            drawn = [[choice.text for choice in answer.choices] for answer in drawn]
            check("seeds", drawn[0] == drawn[1] != drawn[2], drawn)
            echo = complete("Ada lives in", echo=True, logprobs=1, max_tokens=1).choices[0]
            check("echo", echo.text.startswith("Ada lives in") and echo.logprobs.token_logprobs[0] is None, echo)
            ids = complete([1, 2, 3], echo=True, logprobs=1, max_tokens=1).choices[0]
            check("echo of ids", len(ids.logprobs.tokens) == 4, ids)
            stopped = complete("Ada lives in", stop=[one[1:3]]).choices[0]
            check("stop", stopped.text == one[: one.index(one[1:3])] and stopped.finish_reason == "stop", stopped)
            for name, error, call in (
                ("wrong model", openai.NotFoundError, lambda: client.completions.create(model="no", prompt="a")),
                ("wrong field", openai.BadRequestError, lambda: complete("a", extra_body={"temprature": 1})),
                ("too long", openai.BadRequestError, lambda: complete("a", max_tokens=1_000_000)),
                ("wrong key", openai.AuthenticationError, lambda: openai.OpenAI(base_url=server.url + "/v1", api_key="b").models.list()),
            ):
                try:
                    call()
                    check(name, False, "no error")
                except error as found:
                    check(name, isinstance(found.body, dict) and found.body["message"] != "", found)


TASKS = {
    "choices": """
task: choices
dataset_path: json
dataset_kwargs: {data_files: {test: DATA/choices.jsonl}}
test_split: test
output_type: multiple_choice
doc_to_text: "{{question}}"
doc_to_choice: "{{choices}}"
doc_to_target: "{{answer}}"
metric_list: [{metric: acc}]
""",
    "whole_texts": """
task: whole_texts
dataset_path: json
dataset_kwargs: {data_files: {test: DATA/texts.jsonl}}
test_split: test
output_type: loglikelihood_rolling
doc_to_text: ""
doc_to_target: "{{text}}"
metric_list: [{metric: word_perplexity}, {metric: byte_perplexity}]
""",
    "answers": """
task: answers
dataset_path: json
dataset_kwargs: {data_files: {test: DATA/answers.jsonl}}
test_split: test
output_type: generate_until
doc_to_text: "{{question}}"
doc_to_target: "{{answer}}"
generation_kwargs: {until: ["\\n"], max_gen_toks: 12, do_sample: false, temperature: 0}
metric_list: [{metric: exact_match}]
""",
}


def evaluations(counter, program):
    """lm-eval against our own figures."""
    import lm_eval
    import lm_eval.tasks

    with tempfile.TemporaryDirectory() as folder:
        write_data(folder)
        manager = lm_eval.tasks.TaskManager(include_path=folder, include_defaults=False)
        for alpha in ALPHAS:
            with Server(program, "--alpha", str(alpha)) as server:
                # lm-eval asks a remote tokenizer for no token that begins a text, and a local one for none before the
                # windows of whole texts: each has the tasks where it does what `cmc evaluate` does.
                remote = {"tokenizer_backend": "remote"}
                local = {"tokenizer_backend": "huggingface", "tokenizer": f"{MODELS}/base-two", "add_bos_token": True}
                samples = {}
                for tokenizer, tasks in ((remote, ["whole_texts"]), (local, ["choices", "answers"])):
                    found = lm_eval.simple_evaluate(
                        model="local-completions",
                        model_args={
                            "model": "demo",
                            "base_url": server.url + "/v1/completions",
                            "num_concurrent": 4,
                            "max_length": 512,
                            **tokenizer,
                        },
                        tasks=tasks,
                        task_manager=manager,
                        log_samples=True,
                        bootstrap_iters=0,
                    )
                    samples |= found["samples"]
                compare(counter, program, folder, alpha, samples)
                chats = lm_eval.simple_evaluate(
                    model="local-chat-completions",
                    model_args={"model": "demo", "base_url": server.url + "/v1/chat/completions", "num_concurrent": 4},
                    tasks=["answers"],
                    task_manager=manager,
                    apply_chat_template=True,
                    log_samples=True,
                    bootstrap_iters=0,
                )
                compare_chats(counter, program, folder, alpha, chats["samples"]["answers"])


def write_data(folder):
    source = random.Random(3)
    questions = []
    for person in PEOPLE:
        place = source.randrange(4)
        name = person.split()[0]
        questions.append((f"This is {person}. {name} lives in {PLACES[place]}. Where does {name} live?", place))
    records = {
        "texts": [{"text": text} for text in texts()],
        "choices": [{"question": question, "choices": PLACES, "answer": place} for question, place in questions],
        "answers": [{"question": question, "answer": PLACES[place]} for question, place in questions],
        "pairs": [{"prompt": question, "response": " " + place} for question, _ in questions for place in PLACES],
        "prompts": [{"prompt": question} for question, _ in questions],
    }
    for name, rows in records.items():
        with open(f"{folder}/{name}.jsonl", "w", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
    for name, text in TASKS.items():
        with open(f"{folder}/{name}.yaml", "w", encoding="utf-8") as file:
            file.write(text.replace("DATA", folder))


def evaluate(program, data, alpha, *more):
    out = f"{data}.{alpha}.json"
    options = ["--data", data, "--alpha", str(alpha), "--max-tokens", "1", "--no-cost", "-o", out, "-q", *more]
    run(program, "evaluate", *STEERING, *options)
    with open(out, encoding="utf-8") as file:
        return [item["log_probability"] for item in json.load(file)["items"]]


def likelihoods(samples):
    """The first numbers of the answers to each record's requests."""
    found = []
    for sample in sorted(samples, key=lambda sample: sample["doc_id"]):
        for answer in sample["filtered_resps"]:
            value = answer[0] if isinstance(answer, (list, tuple)) else answer
            found.append(float(value[0] if isinstance(value, (list, tuple)) else value))
    return found


def compare(counter, program, folder, alpha, samples):
    wanted = evaluate(program, f"{folder}/texts.jsonl", alpha)
    found = likelihoods(samples["whole_texts"])
    off = max(abs(a - b) for a, b in zip(wanted, found, strict=True))
    counter.check(f"whole texts at α {alpha}", off < 1e-4, f"off by {off}: {wanted}, {found}")
    # A prompt that an answer follows is read as one text by `cmc evaluate`, and as tokens by an echo: without steering
    # that is the same.
    wanted, found = evaluate(program, f"{folder}/pairs.jsonl", alpha), likelihoods(samples["choices"])
    if alpha == 0:
        off = max(abs(a - b) for a, b in zip(wanted, found, strict=True))
        counter.check("choices at α 0", off < 1e-4, f"off by {off}: {wanted}, {found}")
    best = [[values[n : n + 4].index(max(values[n : n + 4])) for n in range(0, len(values), 4)] for values in (wanted, found)]
    counter.check(f"same choices at α {alpha}", best[0] == best[1], best)
    out = f"{folder}/answers.{alpha}.json"
    options = ["--prompts", f"{folder}/prompts.jsonl", "--alpha", str(alpha), "--max-tokens", "12", "--stop", "\n", "-o", out, "-q"]
    run(program, "generate", *STEERING, *options)
    with open(out, encoding="utf-8") as file:
        wanted = [item["output"] for item in json.load(file)]
    found = [sample["resps"][0][0] for sample in sorted(samples["answers"], key=lambda sample: sample["doc_id"])]
    counter.check(f"answers at α {alpha}", wanted == found, f"{wanted}, {found}")


def compare_chats(counter, program, folder, alpha, samples):
    out = f"{folder}/chats.{alpha}.json"
    options = ["--prompts", f"{folder}/prompts.jsonl", "--alpha", str(alpha), "--max-tokens", "12", "--stop", "\n", "-o", out, "-q"]
    run(program, "generate", *STEERING, *TEMPLATES, *options)
    with open(out, encoding="utf-8") as file:
        wanted = [item["output"] for item in json.load(file)]
    found = [sample["resps"][0][0] for sample in sorted(samples, key=lambda sample: sample["doc_id"])]
    counter.check(f"chats at α {alpha}", wanted == found, f"{wanted}, {found}")


def load(counter, program, seconds):
    """32 connections at once; one request in twenty is not waited for, one in fifty is wrong."""
    import http.client

    questions = [f"This is {person}. {person.split()[0]} lives in Rome. Where does {person.split()[0]} live?" for person in PEOPLE]

    def body(number, alpha, **more):
        messages = [{"role": "user", "content": questions[number]}]
        return json.dumps({"messages": messages, "temperature": 0, "max_tokens": 12, "cmc_alpha": alpha, **more})

    with Server(program) as server:
        host, port = server.url[7:].split(":")

        def ask(connection, text, path="/v1/chat/completions"):
            connection.request("POST", path, text, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, answer.read()

        def content(data):
            return json.loads(data)["choices"][0]["message"]["content"]

        single = http.client.HTTPConnection(host, int(port), timeout=120)
        wanted = {(n, a): content(ask(single, body(n, a))[1]) for n in range(len(questions)) for a in ALPHAS}
        counts = {"right": 0, "wrong": 0, "refused": 0, "left": 0}
        lock, end = threading.Lock(), time.monotonic() + seconds

        def client(seed):
            source = random.Random(seed)
            connection = http.client.HTTPConnection(host, int(port), timeout=120)
            while time.monotonic() < end:
                goes_on.wait()
                draw, number, alpha = source.random(), source.randrange(len(questions)), source.choice(ALPHAS)
                if draw < 0.05:
                    other = socket.create_connection((host, int(port)))
                    text = body(number, alpha, stream=source.random() < 0.5, max_tokens=200, ignore_eos=True)
                    other.sendall(f"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode())
                    time.sleep(source.random() * 0.1)
                    other.close()
                    kind = "left"
                elif draw < 0.07:
                    kind = "refused" if ask(connection, source.choice(['{"', '{"messages": 1}', "\xff" * 99]))[0] == 400 else "wrong"
                else:
                    status, data = ask(connection, body(number, alpha))
                    kind = "right" if status == 200 and content(data) == wanted[number, alpha] else "wrong"
                with lock:
                    counts[kind] += 1

        # Nothing is asked while memory is read: texts that are being written have some of it.
        goes_on = threading.Event()
        goes_on.set()
        threads = [threading.Thread(target=client, args=(seed,)) for seed in range(32)]
        for thread in threads:
            thread.start()
        time.sleep(seconds / 3)
        # What threads keep of what they freed counts as in use, and goes up and down by a tenth with who did what last: each
        # half of the time is told by its lowest reading, which a leak would lift.
        early_resident, readings = 0, []
        for place in range(1, 12):
            time.sleep(max(0, end - seconds * (12 - place) / 12 - time.monotonic()))
            if place == 4:
                early_resident = server.resident()
            goes_on.clear()
            readings.append(server.in_use())
            goes_on.set()
        for thread in threads:
            thread.join()
        late_resident = server.resident()
        readings.append(server.in_use())
        early, late = min(readings[:6]), min(readings[6:])
        # The first connection has been silent for too long by now.
        status, data = ask(http.client.HTTPConnection(host, int(port), timeout=120), body(0, 0))
        counter.check("load", counts["wrong"] == 0 and counts["right"] > 0 and status == 200, counts)
        memory = f"at least {early} bytes in use in the first half, {late} in the second; resident {early_resident}, {late_resident}"
        counter.check("memory in use under load", late < 1.02 * early, f"{memory}; {readings}")
        counter.check("memory under load", late_resident < 1.02 * early_resident, memory)
        print(f"load: {counts}, {memory}")


METHODS = ("pm-mined", "exact", "retokenize", "first-piece")


class Mix:
    """A request that is drawn, in the words of the server and of `cmc generate`."""

    def __init__(self, source, maps):
        sentences = [source.choice(texts()) for _ in range(source.randint(1, 5))]
        prompt = " ".join(sentences) + source.choice(["", f" {source.choice(PEOPLE).split()[0]} lives in", " Where does Ada live?"])
        self.is_chat, self.streams = source.random() < 0.5, source.random() < 0.5
        tokens, alpha = source.randint(1, 48), source.choice([0, 0.3, 0.5, 1, 1.7, -0.4])
        mode, name = source.choice(["add", "normalize", "base-normalize"]), source.choice([None, *maps])
        self.body = {"max_tokens": tokens, "cmc_alpha": alpha, "cmc_mode": mode, "stream": self.streams, "temperature": 0}
        self.call = ["--max-tokens", str(tokens), "--alpha", str(alpha), "--mode", mode, "--prompt", prompt, "--json"]
        if self.is_chat:
            self.body["messages"] = [{"role": "user", "content": prompt}]
            self.call += TEMPLATES
        else:
            self.body["prompt"] = prompt
        if name:
            self.body["cmc_map"] = name
            self.call += ["--map", maps[name]]
        if source.random() < 0.6:
            sampling = {"temperature": source.choice([0.5, 0.8, 1.3]), "seed": source.randrange(1 << 32)}
            if source.random() < 0.5:
                sampling["top_k"] = source.choice([1, 5, 40])
            if source.random() < 0.5:
                sampling["top_p"] = source.choice([0.3, 0.9])
            self.body |= sampling
            for key, value in sampling.items():
                self.call += [f"--{key.replace('_', '-')}", str(value)]
        if source.random() < 0.3:
            self.body["stop"] = [source.choice([".", " in", "e"])]
            self.call += ["--stop", self.body["stop"][0]]
        if source.random() < 0.3:
            self.body["ignore_eos"] = True
            self.call += ["--ignore-eos"]
        # After how many pieces of a stream the connection is closed; and how long the client waits before it asks.
        self.leaves = source.randint(0, 6) if source.random() < 0.2 else None
        self.streams = self.body["stream"] = self.streams or self.leaves is not None
        self.pause = source.random() * 0.05

    def ask(self, host, port):
        """The text that comes, its number of tokens where the server says it, and whether it is whole."""
        import http.client

        time.sleep(self.pause)
        connection = http.client.HTTPConnection(host, port, timeout=300)
        path = "/v1/chat/completions" if self.is_chat else "/v1/completions"
        connection.request("POST", path, json.dumps(self.body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        if answer.status != 200:
            return answer.read().decode(), None, True
        if not self.streams:
            found = json.loads(answer.read())
            choice = found["choices"][0]
            return choice["message"]["content"] if self.is_chat else choice["text"], found["usage"]["completion_tokens"], True
        text, pieces = "", 0
        while self.leaves is None or pieces < self.leaves:
            line = answer.readline()
            if not line or line.strip() == b"data: [DONE]":
                return text, None, True
            if not line.startswith(b"data: "):
                continue
            for choice in json.loads(line[6:])["choices"]:
                text += (choice["delta"].get("content") or "") if self.is_chat else choice["text"]
            pieces += 1
        connection.sock.close()
        return text, None, False


def mixes(counter, program, count, seed):
    """Requests of many kinds at once against single runs."""
    source = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        maps = {name: f"{folder}/{name}.json" for name in METHODS}
        for name, path in maps.items():
            run(program, "align", STEERING[1], STEERING[3], "--method", name, "-o", path, "-q")
        with open(f"{folder}/models.yaml", "w", encoding="utf-8") as file:
            file.write(f"version: 1\nmodels:\n  - name: demo\n    user: {STEERING[1]}\n    template: {TEMPLATES[1]}\n")
            file.write(f"    delta-template: {TEMPLATES[3]}\n    deltas:\n      - model: {STEERING[3]}\n    maps:\n")
            file.writelines(f"      {name}: {path}\n" for name, path in maps.items())
        drawn = [Mix(source, maps) for _ in range(count)]
        found, lock = {}, threading.Lock()
        with Server(program, models=("--models", f"{folder}/models.yaml")) as server:
            host, port = server.url[7:].split(":")
            waiting = list(enumerate(drawn))[::-1]

            def client():
                while True:
                    with lock:
                        if not waiting:
                            return
                        number, mix = waiting.pop()
                    try:
                        answer = mix.ask(host, int(port))
                    except Exception as error:  # whatever it is, the mix has failed
                        answer = (repr(error), None, True)
                    with lock:
                        found[number] = answer

            threads = [threading.Thread(target=client) for _ in range(16)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        equal = whole = 0
        for number, mix in enumerate(drawn):
            wanted = json.loads(run(program, "generate", *STEERING, *mix.call))
            text, tokens, is_whole = found[number]
            holds = text == wanted["text"] if is_whole else wanted["text"].startswith(text)
            holds = holds and (tokens is None or tokens == len(wanted["ids"]))
            counter.check(f"mix {number} of seed {seed}", holds, f"{mix.body}: {text!r}, {tokens} tokens, wanted {wanted['text']!r}")
            equal, whole = equal + holds, whole + is_whole
        print(f"mixes: {equal} of {count} equal single runs, {count - whole} of them left in the middle; seed {seed}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default=os.path.join(ROOT, ".build/release/cmc"))
    parser.add_argument("--lm-eval", choices=["yes", "no"], default="yes")
    parser.add_argument("--load", type=float, default=0)
    parser.add_argument("--mixes", type=int, default=0)
    parser.add_argument("--seed", type=int, default=None, help="of the mixes; drawn, and printed, where left out")
    parser.add_argument("--openai", choices=["yes", "no"], default="yes")
    arguments = parser.parse_args()
    counter = Counter()
    if arguments.openai == "yes":
        clients(counter, arguments.program)
    if arguments.lm_eval == "yes":
        evaluations(counter, arguments.program)
    if arguments.load:
        load(counter, arguments.program, arguments.load)
    if arguments.mixes:
        mixes(counter, arguments.program, arguments.mixes, random.randrange(1 << 32) if arguments.seed is None else arguments.seed)
    print(f"{counter.passed} checks passed, {counter.failed} failed")
    return 1 if counter.failed else 0


if __name__ == "__main__":
    sys.exit(main())
