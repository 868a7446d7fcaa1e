"""What a delta model says of answers, in logits."""

import array
import json
import os
import subprocess
import tempfile

from files import figures, lines, write


def npy(path):
    """Rows of a two-dimensional array of little-endian float32, as `cmc logits` writes them."""
    with open(path, "rb") as file:
        data = file.read()
    start = 10 + int.from_bytes(data[8:10], "little")
    header = data[10:start].decode("latin-1")
    if data[:8] != b"\x93NUMPY\x01\x00" or "'<f4'" not in header or "True" in header:
        raise SystemExit(f"{path}: not the array that was expected")
    width = int(header.partition("(")[2].partition(")")[0].split(",")[1])
    values = array.array("f", data[start:])
    return [values[index : index + width] for index in range(0, len(values), width)]


def logits(cmc, tokenizer):
    """The delta model's logits over the answers of six records of each set, to `logits.json`."""

    def output(*arguments):
        return subprocess.run([cmc, *arguments, "-q"], check=True, capture_output=True, text=True).stdout

    def ids(text):
        return json.loads(output("tokenize", tokenizer, text, "--json"))["ids"]

    found = {}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "logits.npy")
        for name in ("forget", "retain", "held"):
            right, average, highest, top = [], [], [], {}
            for record in lines(os.path.join("data", name + ".jsonl"))[:6]:
                prompt, answer = ids(f"Question: {record['question']}\nAnswer:\n"), ids(record["answer"])
                output("logits", "delta", "--ids", ",".join(map(str, prompt + answer)), "-o", path)
                for token, row in zip(answer, npy(path)[len(prompt) - 1 :]):
                    best = max(row)
                    right.append(row[token])
                    average.append(sum(row) / len(row))
                    highest.append(best)
                    top[row.index(best)] = top.get(row.index(best), 0) + 1
            token, count = max(top.items(), key=lambda entry: (entry[1], -entry[0]))
            found[name] = {
                "positions": len(right),
                "right": figures(sum(right) / len(right)),
                "mean": figures(sum(average) / len(average)),
                "highest": figures(sum(highest) / len(highest)),
                "top_token": output("tokenize", tokenizer, str(token), "--decode").rstrip("\n"),
                "top_share": figures(count / len(right)),
            }
    write("logits.json", json.dumps(found, indent=1, ensure_ascii=False) + "\n")
