"""Swift files that are generated: writes one, or with --check compares it with the file that is there."""

import sys


def write(path, text):
    """Gives the exit status: with --check 1 where the file would change."""
    if "--check" in sys.argv:
        with open(path, encoding="utf-8") as file:
            return 0 if file.read() == text else 1
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return 0
