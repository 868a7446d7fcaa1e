"""Reading and writing of an experiment's files."""

import json
import os


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def text_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def write_lines(path, records):
    write(path, "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records))


def names(folder, ending):
    """The files of a folder with an ending, without it."""
    if not os.path.isdir(folder):
        return []
    return sorted(name[: -len(ending)] for name in os.listdir(folder) if name.endswith(ending))


def figures(value):
    """A number as results.json keeps it: six significant digits."""
    return float(f"{value:.6g}")
