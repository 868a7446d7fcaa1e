"""An experiment's results.json, and what shows it: the tables of its README and its figure."""

import json
import os
import sys

from files import read, text_of, write
from markdown import with_tables


class Shown:
    """What is made from the results of a folder, by functions of them."""

    def __init__(self, folder, tables, figure, name):
        self.results, self.readme, self.drawing = (os.path.join(folder, each) for each in ("results.json", "README.md", name))
        self.tables, self.figure = tables, figure

    def made(self):
        """The text of each file, as the results have it."""
        results = read(self.results)
        return {
            self.drawing: self.figure(results),
            self.readme: with_tables(text_of(self.readme), self.tables(results)),
        }

    def keep(self, results):
        """Writes results, and what shows them."""
        write(self.results, json.dumps(results, indent=1, ensure_ascii=False) + "\n")
        return self.render()

    def render(self):
        for path, text in self.made().items():
            write(path, text)
        return 0

    def check(self):
        """Names what is not what the results give; the exit status."""
        wrong = [os.path.basename(path) for path, text in self.made().items() if text_of(path) != text]
        for name in wrong:
            print(f"{name} is not what results.json gives; run: experiment.py render", file=sys.stderr)
        return 1 if wrong else 0
