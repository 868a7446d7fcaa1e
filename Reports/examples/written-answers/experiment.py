#!/usr/bin/env python3
"""What the written-answers experiment needs beside `cmc`: its texts and records, and its tables.

    experiment.py texts TOFU FOLDER        the texts that all seeds share, and texts.json that states them
    experiment.py joined OUTPUTS FILE      what `cmc generate` wrote behind questions, as text to learn from
    experiment.py task SEED FOLDER         a seed's records, and task.json that states them
    experiment.py summarise FOLDER         results.json, the README's tables and the figure from a run's files
    experiment.py render                   the tables and the figure again, from results.json
    experiment.py check                    tables and figure are exactly those of results.json

This file is the command line. Each part has its own: words.py, task.py, earlier.py and texts.py make the texts, scores.py
scores records, results.py gathers, tables.py and figure.py show; ../common has what this shares with real-scale.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(1, os.path.join(os.path.dirname(HERE), "common"))

import task  # noqa: E402
import texts  # noqa: E402
from figure import figure  # noqa: E402
from results import summarise  # noqa: E402
from shown import Shown  # noqa: E402
from tables import tables  # noqa: E402

SHOWN = Shown(HERE, tables, figure, "records.svg")


def main(arguments):
    command, rest = arguments[:1], arguments[1:]
    if command == ["texts"] and len(rest) == 2:
        texts.make(*rest)
        return 0
    if command == ["joined"] and len(rest) == 2:
        texts.joined(*rest)
        return 0
    if command == ["task"] and len(rest) == 2:
        task.make(int(rest[0]), rest[1])
        return 0
    if command == ["summarise"] and len(rest) == 1:
        return SHOWN.keep(summarise(*rest))
    if command == ["render"] and not rest:
        return SHOWN.render()
    if command == ["check"] and not rest:
        return SHOWN.check()
    print(__doc__, file=sys.stderr)
    return 64


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
