"""A run's folder: what its `run.json` says, and whether a capture may go on in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import CaptureError
from ..program import run_program
from ..sides import MapSide
from ..whole_files import write_whole
from .files import write_tokens
from .following import FollowedRun
from .recorder import Source


def describe(
    label: str,
    task: str | None,
    base: Source,
    tuned: Source,
    vocabulary: MapSide,
    place: str,
    width: int,
    keep: int | None,
    followed: FollowedRun | None,
    prompts: list[str],
    settings: dict[str, Any],
) -> dict[str, Any]:
    """Give what `run.json` says of a run."""
    names = [Path(model.place).name for model in (base, tuned)]
    result = {
        "schema": "cmc.run",
        "version": 1,
        "tool": run_program("--version").stdout.strip() + ", " + settings["kind"],
        "label": label,
        "task": task,
        "base": names[0],
        "tuned": names[1],
        "tokenizer": vocabulary.name,
        # By it `cmc similarity` makes the map between runs of two vocabularies itself.
        "tokenizer_path": place if place and Path(place).exists() else None,
        "fingerprint": vocabulary.fingerprint,
        "width": width,
        "kept": keep,
        "follows": followed and followed.description["label"],
        "map": followed and followed.map_digest,
        "shuffle_seeds": followed.seeds if followed else [],
        "settings": digest_of(settings),
        "prompts": prompts,
        "captured_by": settings,
    }
    return {name: value for name, value in result.items() if value is not None}


def begin(folder: Path, description: dict[str, Any], vocabulary: MapSide, names: Mapping[str, str | None]) -> None:
    """Begin a run, or see that the one that is there was captured with the same settings.

    Args:
        folder: The run's folder.
        description: What `run.json` is to say.
        vocabulary: The tokens, for people.
        names: The label and the task that a run that is there gets from now on; None keeps its own.

    Raises:
        CaptureError: The folder has another run, or cannot be one's.
    """
    file = folder / "run.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        described = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None
    except (OSError, ValueError) as error:
        raise CaptureError(f"cannot be a run's folder: {error}", where=str(folder), hint="give another folder") from None
    if described is not None:
        found = described.get("captured_by") if isinstance(described, dict) else None
        mine = json.loads(json.dumps(description["captured_by"]))
        if found != mine:
            changed = sorted(name for name in mine if not isinstance(found, dict) or found.get(name) != mine[name])
            raise CaptureError(
                f"has a run that was captured with other settings: {', '.join(changed)}",
                where=str(folder),
                hint="give another folder, or the settings of that run",
            )
        changed_names = {name: value for name, value in names.items() if value is not None and described.get(name) != value}
        if changed_names:
            _write(file, {**described, **changed_names})
        return
    strays = sorted(path.name for path in folder.glob("prompt-*.safetensors"))
    if strays:
        # They would count as this run's.
        raise CaptureError(
            f"has {strays[0]} of a run, and no run.json that says of which",
            where=str(folder),
            hint="give another folder, or remove that run",
        )
    if vocabulary.pieces is not None:
        write_tokens(folder, vocabulary.pieces)
    # The description comes last: a folder without it has no run.
    _write(file, description)


def _write(file: Path, description: dict[str, Any]) -> None:
    write_whole(file, json.dumps(description, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


def digest_of(value: Any) -> str:
    """Give the digest of what JSON can write."""
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
