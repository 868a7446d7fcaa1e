"""Records what tuning did to a model's log-probabilities, as `cmc capture` does, with models of transformers or in vLLM."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from ..encoding import Encoder
from ..errors import CaptureError, ModelError
from ..loading import load_model, load_tokenizer
from ..program import run_program
from ..sides import MapSide
from ..token_map import TokenMap
from ..vocabularies import vocabulary_of
from ..whole_files import write_whole
from .files import prompt_path, write_tokens
from .following import FollowedRun
from .recorder import Source, record
from .request import CaptureRequest
from .steps import ResponseSteps
from .transformers_source import TransformersSource
from .vllm_source import EngineModel, VllmSource

__all__ = ["CaptureOutcome", "EngineModel", "capture"]


@dataclass(frozen=True)
class CaptureOutcome:
    """What has become of a capture.

    Attributes:
        path: The run's folder.
        captured: How many prompts were captured now; others were there already.
        prompts: How many prompts the run has.
        missing: How many columns of the steps captured now were left out, as one of the two models gave no value of them: vLLM
            gives the best of each position alone.
    """

    path: Path
    captured: int
    prompts: int
    missing: int = field(default=0, repr=False)


def capture(
    base: Any,
    tuned: Any = None,
    prompts: Sequence[str] = (),
    *,
    output: str | PathLike[str],
    tokenizer: Any = None,
    responses: Sequence[str] | None = None,
    prefix_of: str | PathLike[str] | None = None,
    token_map: TokenMap | str | PathLike[str] | None = None,
    base_template: str = "{prompt}",
    tuned_template: str | None = None,
    keep: int | None = 200,
    shuffles: int = 20,
    max_tokens: int = 200,
    seed: int = 1,
    label: str | None = None,
    task: str | None = None,
    dtype: Any = "auto",
    device_map: Any = None,
) -> CaptureOutcome:
    """Record the log-probabilities of an untuned and a tuned model over the steps of responses.

    The folder has the files of `cmc capture`, and `cmc similarity` compares it with any other run. What is done is kept after an
    interruption, and the same call goes on from there.

    Args:
        base: The untuned model: a causal model of transformers, however it is spread over devices, its folder, or an id; or a
            `vllm.LLM`, or an `EngineModel` of one with an adapter. An engine gives as many columns of a position as its
            max_logprobs says: several times `keep`, so that what is among the best of one model has a value of the other too.
        tuned: The tuned model; the untuned one where left out, with another template.
        prompts: What is asked. The tuned model answers, greedily, unless `responses` are given.
        output: The run's folder.
        tokenizer: Their tokenizer, where it does not lie where the untuned model came from.
        responses: Answers to take instead of generating.
        prefix_of: The folder of another run whose prompts and texts are followed, in these models' own tokens; then there are
            neither prompts nor responses.
        token_map: With `prefix_of`: from that run's vocabulary to this one's, or its file.
        base_template: What is put around a prompt for the untuned model: a text with {prompt} in it.
        tuned_template: The same for the tuned model; as for the untuned one where left out.
        keep: How many of the best columns of each model's ranking a step keeps; None for all.
        shuffles: With `prefix_of` and `token_map`: how many shuffled maps columns are kept for.
        max_tokens: How many tokens a response has at most.
        seed: That of the first shuffled map.
        label: A short name of the run; the folder's where left out.
        task: What the tuning was for; `cmc similarity` compares tasks by it.
        dtype: What models are loaded in, where they are given by their place.
        device_map: How they are spread over devices then, as transformers takes it.

    Raises:
        CaptureError: The folder has another run, the run that is followed is not complete, a model gives no numbers, or an
            argument cannot be heeded.
        ModelError: A model cannot be loaded, or the two have logits of different widths.
        MapError: The map cannot be read, or is one between other vocabularies.
    """
    numbers = {"keep": keep, "shuffles": shuffles, "max_tokens": max_tokens, "seed": seed}
    templates = (base_template, tuned_template)
    request = CaptureRequest.of(prompts, responses, prefix_of, token_map, templates, numbers, {"label": label, "task": task})
    prompts, responses, keep, seed = request.prompts, request.responses, request.keep, request.seed
    if (dtype != "auto" or device_map is not None) and not any(isinstance(model, (str, PathLike)) for model in (base, tuned)):
        raise CaptureError("the models are loaded already", where="dtype, device_map", hint="load them so, or give their places")
    folder = Path(output)
    base = _source(base, dtype, device_map)
    tuned = base if tuned is None else _source(tuned, dtype, device_map)
    width = base.width
    if width != tuned.width:
        raise ModelError(
            f"the untuned model gives {width} logits, the tuned one {tuned.width}", hint="both must share a vocabulary"
        )
    for source in (base, tuned):
        if source.depth is not None and (keep is None or source.depth < keep):
            raise CaptureError(
                f"the engine gives {source.depth} columns of a position, {'all' if keep is None else keep} are to be kept",
                where=source.place,
                hint="start it with max_logprobs several times as large, or -1 for all",
            )
    place = base.place if tokenizer is None else str(getattr(tokenizer, "name_or_path", ""))
    if tokenizer is None:
        tokenizer = load_tokenizer(base.place)
    encoder, vocabulary = Encoder(tokenizer), vocabulary_of(tokenizer)
    followed = None
    if prefix_of is not None:
        count = 0 if keep is None else request.shuffles
        followed = FollowedRun(Path(prefix_of), request.token_map, vocabulary.fingerprint, width, count, seed)
        prompts = followed.description["prompts"]
    settings = {
        "kind": base.kind if base.kind == tuned.kind else f"{base.kind}, {tuned.kind}",
        "base": base.digest(),
        "tuned": tuned.digest(),
        "tokenizer": vocabulary.fingerprint,
        "templates": list(request.templates),
        "prompts": _hash(list(prompts)),
        "responses": None if responses is None else _hash(list(responses)),
        "follows": followed and followed.description["settings"],
        "map": followed and followed.map_digest,
        "kept": keep,
        "shuffles": len(followed.seeds) if followed else 0,
        "seed": seed,
        "max_tokens": request.max_tokens,
    }
    name = label or folder.name
    description = _description(name, task, base, tuned, vocabulary, place, width, keep, followed, list(prompts), settings)
    _begin(folder, description, vocabulary)
    captured = missing = 0
    for number, prompt in enumerate(prompts):
        path = prompt_path(folder, number)
        if path.is_file():
            continue
        beginnings = [encoder.prompt(template.replace("{prompt}", prompt)) for template in request.templates]
        if not all(beginnings):
            raise CaptureError("has no tokens", where=f"prompt {number}", hint="give a prompt, or a template with a beginning")
        if followed:
            seen = followed.prompt(number)
            steps = ResponseSteps.of_run(seen)
            histories = [steps.text_histories(beginning, encoder.continuation) for beginning in beginnings]

            def wanted(step: int, seen: Any = seen) -> Any:
                return followed.wanted(seen, step, keep or 0)
        else:
            if responses is None:
                ids, ends = tuned.response(tokenizer, beginnings[1], request.max_tokens)
            else:
                ids, ends = encoder.continuation(responses[number]), True
            steps = ResponseSteps.of_tokens(ids, ends, vocabulary)
            histories = [steps.own_histories(beginning, ids) for beginning in beginnings]

            def wanted(step: int, seen: Any = None) -> Any:
                return np.zeros(0, np.int64)

        found = record(base, tuned, steps, histories[0], histories[1], keep, wanted)
        write_whole(path, found.data)
        captured, missing = captured + 1, missing + found.missing
    if missing:
        warnings.warn(
            f"{folder}: {missing} columns are left out, as an engine gave no value of them; start it with a larger max_logprobs",
            stacklevel=2,
        )
    return CaptureOutcome(folder, captured, len(prompts), missing)


def _source(model: Any, dtype: Any, device_map: Any) -> Source:
    if isinstance(model, EngineModel):
        return VllmSource(model)
    if hasattr(model, "llm_engine"):
        return VllmSource(EngineModel(model))
    if isinstance(model, (str, PathLike)):
        model = load_model(model, dtype=dtype, device_map=device_map)
    return TransformersSource(model)


def _description(
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
        "settings": _hash(settings),
        "prompts": prompts,
        "captured_by": settings,
    }
    return {name: value for name, value in result.items() if value is not None}


def _begin(folder: Path, description: dict[str, Any], vocabulary: MapSide) -> None:
    """Begin a run, or see that the one that is there was captured with the same settings."""
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
    write_whole(file, json.dumps(description, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
