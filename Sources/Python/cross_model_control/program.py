"""Finds and runs the program `cmc`, which owns every rule about vocabularies and maps."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from .errors import ProgramError

VARIABLE = "CMC_PROGRAM"
BESIDE = Path(__file__).parent / "bin" / "cmc"
"""The program that a wheel brings."""


def find_program() -> Path:
    """Give the path of `cmc`: that of the environment's CMC_PROGRAM, the wheel's own, or the first on PATH.

    Raises:
        ProgramError: There is none.
    """
    named = os.environ.get(VARIABLE)
    if named:
        if not os.access(named, os.X_OK):
            raise ProgramError("is not a program", where=f"{VARIABLE}={named}", hint=f"correct or unset {VARIABLE}")
        return Path(named)
    if os.access(BESIDE, os.X_OK):
        return BESIDE
    found = shutil.which("cmc")
    if found:
        return Path(found)
    raise ProgramError(
        "the program cmc is not there",
        hint=f"install a wheel of cross-model-control, or name the program by the variable {VARIABLE}",
    )


def run_program(*arguments: str | Path, accepted: Sequence[int] = (0,)) -> subprocess.CompletedProcess[str]:
    """Run `cmc` and give what it printed.

    Args:
        arguments: The command and its options.
        accepted: Exit statuses that are no error; 2 is that of a check that does not hold.

    Raises:
        ProgramError: It ended otherwise; the message is the program's own.
    """
    command = [str(find_program()), *map(str, arguments)]
    result = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)
    if result.returncode not in accepted:
        lines = [line for line in result.stderr.splitlines() if line and not line.startswith("cmc: note:")]
        message = (lines[0] if lines else f"ended with status {result.returncode}").removeprefix("cmc: ")
        raise ProgramError(message, where=f"cmc {arguments[0]}", status=result.returncode)
    return result


def main() -> None:
    """Become the program: what the wheel's command `cmc` runs."""
    # Not the first on PATH, which is this command itself.
    named = os.environ.get(VARIABLE) or str(BESIDE)
    if not os.access(named, os.X_OK):
        sys.exit("cmc: this package was installed without its program; install a wheel of cross-model-control")
    os.execv(named, [named, *sys.argv[1:]])
