#!/usr/bin/env python3
"""Asks a server of OpenAI's surface each instruction of a file, and writes the answers in the form that AlpacaEval reads.

    cmc serve --user M --delta D --port 8000 &
    Tests/Scripts/write_alpaca_outputs.py instructions.json -o outputs.json [--url http://127.0.0.1:8000] [--alpha 0.5]

INSTRUCTIONS is AlpacaEval's own file or any with "instruction" (and "input", which goes behind it): a JSON array or JSON lines.
The output is a JSON array of {"instruction", "output", "generator"} with "dataset" where the file has one, in the file's order:
`alpaca_eval --model_outputs outputs.json` takes it. Several instructions are asked at a time (--parallel); the output does not
depend on how many. `cmc generate --prompts instructions.json -o outputs.json` writes the same form without a server.
"""

import argparse
import json
import os
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor


def read(path):
    """The items of a JSON array or of JSON lines."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    items = json.loads(text) if text.lstrip().startswith("[") else [json.loads(line) for line in text.splitlines() if line.strip()]
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict) or not isinstance(item.get("instruction"), str):
            sys.exit(f"{path}: item {number} has no instruction")
    return items


def ask(url, key, path, body=None):
    """A request; what the server refuses ends the script with its words."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    request = urllib.request.Request(url + path, None if body is None else json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=3600) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        sys.exit(f"{url}{path}: status {error.code}: {error.read().decode(errors='replace')[:500]}")
    except OSError as error:
        sys.exit(f"{url}{path}: {error}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("instructions")
    parser.add_argument("-o", "--output", required=True)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--model", help="one of the server's models; its first where left out")
    parser.add_argument("--alpha", type=float, help="the factor of delta models, where the server is cmc's")
    parser.add_argument("--generator", help="the name in the output; the model's, with α behind it, where left out")
    parser.add_argument("--max-tokens", type=int, default=512)
    parser.add_argument("--temperature", type=float, default=0)
    parser.add_argument("--parallel", type=int, default=16)
    parser.add_argument("--key-file", help="a file with the server's key")
    options = parser.parse_args()
    key = None
    if options.key_file:
        with open(options.key_file, encoding="utf-8") as file:
            key = file.read().strip()
    items = read(options.instructions)
    model = options.model or ask(options.url, key, "/v1/models")["data"][0]["id"]
    steering = {} if options.alpha is None else {"cmc_alpha": options.alpha}
    generator = options.generator or (model if options.alpha is None else f"{model}, α {options.alpha:g}")

    def write(item):
        text = item["instruction"] + (f"\n\n{item['input']}" if item.get("input") else "")
        body = {"model": model, "messages": [{"role": "user", "content": text}], "max_tokens": options.max_tokens}
        answer = ask(options.url, key, "/v1/chat/completions", body | steering | {"temperature": options.temperature})
        output = {"instruction": item["instruction"], "output": answer["choices"][0]["message"]["content"], "generator": generator}
        return output | ({"dataset": item["dataset"]} if "dataset" in item else {})

    with ThreadPoolExecutor(options.parallel) as pool:
        outputs = list(pool.map(write, items))
    with open(options.output + ".part", "w", encoding="utf-8") as file:
        json.dump(outputs, file, ensure_ascii=False, indent=2)
        file.write("\n")
    os.replace(options.output + ".part", options.output)
    print(f"{options.output}: {len(outputs)} answers of {generator}")


if __name__ == "__main__":
    main()
