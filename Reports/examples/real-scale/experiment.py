#!/usr/bin/env python3
"""What the real-scale experiment needs beside `cmc`: its records, and its tables.

    experiment.py split TOFU SEED FOLDER   records of the authors that a seed chooses, and split.json that states them
    experiment.py logits CMC TOKENIZER     in a seed's folder: what the delta model says of answers, to logits.json
    experiment.py summarise FOLDER α       results.json, the README's tables and forget-retain.svg from a run's files
    experiment.py render                   the tables and the figure again, from results.json
    experiment.py check                    tables and figure are exactly those of results.json

This file is the command line. Each part has its own: records.py, delta_logits.py, results.py, tables.py and figure.py;
../common has what this experiment shares with written-answers.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(1, os.path.join(os.path.dirname(HERE), "common"))

from delta_logits import logits  # noqa: E402
from figure import figure  # noqa: E402
from records import split  # noqa: E402
from results import summarise  # noqa: E402
from shown import Shown  # noqa: E402
from tables import tables  # noqa: E402

SHOWN = Shown(HERE, tables, figure, "forget-retain.svg")


def main(arguments):
    command, rest = arguments[:1], arguments[1:]
    if command == ["split"] and len(rest) == 3:
        split(rest[0], int(rest[1]), rest[2])
        return 0
    if command == ["logits"] and len(rest) == 2:
        logits(*rest)
        return 0
    if command == ["summarise"] and len(rest) == 2:
        return SHOWN.keep(summarise(*rest))
    if command == ["render"] and not rest:
        return SHOWN.render()
    if command == ["check"] and not rest:
        return SHOWN.check()
    print(__doc__, file=sys.stderr)
    return 64


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
