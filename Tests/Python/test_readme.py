"""The README's Python, run as it is printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"<!-- python (\w+) -->\n(.*?)<!-- end -->", README, re.DOTALL))
EXPECTED = {
    "map": r"<TokenMap base-two → delta-a, 1800 rows, 3 unmatched> 1\.0 \[ *-1 1296 1299 +-1 +-1\] \['unmatched' 'role' .*\] \d+",
    "steer": r"So Brairndend lives in Felhundburg\.\n\{ \"name\": Brairndend Hurnrur, \"city\": Felhundburg \}",
    "processor": r"tensor\(\[\[",
    "score": r"-0\.11 17 True\n-55\.\d\d 4 False",
    "capture": r"CaptureOutcome\(path=PosixPath\('Reports/runs/two'\), captured=1, prompts=1\)",
}


def test_every_block_is_known() -> None:
    assert set(BLOCKS) == {*EXPECTED, "install"}


@pytest.mark.parametrize("name", EXPECTED)
def test_block(name: str, tmp_path: Path) -> None:
    (tmp_path / "Vocabs").symlink_to(ROOT / "Vocabs")
    code = re.sub(r"^    ", "", BLOCKS[name], flags=re.MULTILINE)
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, env={**os.environ, "HF_HUB_OFFLINE": "1"}
    )
    assert run.returncode == 0, run.stderr
    assert re.search(EXPECTED[name], run.stdout), run.stdout


def test_the_version_is_the_program_s() -> None:
    import cross_model_control as cmc
    from cross_model_control.program import run_program

    assert run_program("--version").stdout.strip().endswith(cmc.__version__)
    assert f'version = "{cmc.__version__}"' in (ROOT / "Sources/Python/pyproject.toml").read_text()
