"""Records what tuning did to a model's log-probabilities, as `cmc capture` does, with models of transformers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..encoding import Encoder
from ..errors import CaptureError, ModelError
from ..program import run_program
from ..sides import MapSide
from ..token_map import TokenMap
from ..vocabularies import vocabulary_of
from .files import prompt_path, write_tokens, write_whole
from .following import FollowedRun
from .recorder import record
from .steps import ResponseSteps

__all__ = ["CaptureOutcome", "capture"]


@dataclass(frozen=True)
class CaptureOutcome:
    """What has become of a capture.

    Attributes:
        path: The run's folder.
        captured: How many prompts were captured now; others were there already.
        prompts: How many prompts the run has.
    """

    path: Path
    captured: int
    prompts: int


def capture(
    base: Any,
    tuned: Any = None,
    prompts: Sequence[str] = (),
    *,
    output: str | PathLike[str],
    tokenizer: Any = None,
    responses: Sequence[str] | None = None,
    prefix_of: str | PathLike[str] | None = None,
    token_map: TokenMap | None = None,
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
        base: The untuned model: a causal model of transformers, however it is spread over devices, its folder, or an id.
        tuned: The tuned model; the untuned one where left out, with another template.
        prompts: What is asked. The tuned model answers, greedily, unless `responses` are given.
        output: The run's folder.
        tokenizer: Their tokenizer, where it does not lie where the untuned model came from.
        responses: Answers to take instead of generating.
        prefix_of: The folder of another run whose prompts and texts are followed, in these models' own tokens.
        token_map: With `prefix_of`: from that run's vocabulary to this one's.
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
        CaptureError: The folder has another run, the run that is followed is not complete, or a model gives no numbers.
        ModelError: The two models have logits of different widths.
    """
    folder = Path(output)
    place = fspath(base) if isinstance(base, (str, PathLike)) else str(getattr(base, "name_or_path", ""))
    base = _model(base, dtype, device_map)
    tuned = base if tuned is None else _model(tuned, dtype, device_map)
    width, other = (int(model.get_output_embeddings().weight.shape[0]) for model in (base, tuned))
    if width != other:
        raise ModelError(f"the untuned model gives {width} logits, the tuned one {other}", hint="both must share a vocabulary")
    if tokenizer is None:
        from transformers import AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(place)
    encoder, vocabulary = Encoder(tokenizer), vocabulary_of(tokenizer)
    followed = None
    if prefix_of is not None:
        followed = FollowedRun(Path(prefix_of), token_map, vocabulary.fingerprint, width, 0 if keep is None else shuffles, seed)
        prompts = followed.description["prompts"]
    if not prompts or (responses is not None and len(responses) != len(prompts)):
        raise CaptureError(f"there are {len(prompts)} prompts and {len(responses or [])} responses", where="capture")
    templates = (base_template, base_template if tuned_template is None else tuned_template)
    for template in templates:
        if "{prompt}" not in template:
            raise CaptureError(f"has no {{prompt}} in it: {template!r}", where="template")
    settings = {
        "kind": "transformers",
        "base": _digest(base),
        "tuned": _digest(tuned),
        "tokenizer": vocabulary.fingerprint,
        "templates": list(templates),
        "prompts": _hash(list(prompts)),
        "responses": None if responses is None else _hash(list(responses)),
        "follows": followed and followed.description["settings"],
        "map": followed and followed.map_digest,
        "kept": keep,
        "shuffles": len(followed.seeds) if followed else 0,
        "seed": seed,
        "max_tokens": max_tokens,
    }
    name = label or folder.name
    description = _description(name, task, base, tuned, vocabulary, width, keep, followed, list(prompts), settings)
    _begin(folder, description, vocabulary)
    captured = 0
    for number, prompt in enumerate(prompts):
        path = prompt_path(folder, number)
        if path.is_file():
            continue
        beginnings = [encoder.prompt(template.replace("{prompt}", prompt)) for template in templates]
        if followed:
            seen = followed.prompt(number)
            steps = ResponseSteps.of_run(seen)
            histories = [steps.text_histories(beginning, encoder.continuation) for beginning in beginnings]

            def wanted(step: int, seen: Any = seen) -> Any:
                return followed.wanted(seen, step, keep or 0)
        else:
            ids, ends = _response(
                tuned, tokenizer, encoder, beginnings[1], None if responses is None else responses[number], max_tokens
            )
            steps = ResponseSteps.of_tokens(ids, ends, vocabulary)
            histories = [steps.own_histories(beginning, ids) for beginning in beginnings]

            def wanted(step: int, seen: Any = None) -> Any:
                return np.zeros(0, np.int64)

        write_whole(path, record(base, tuned, steps, histories[0], histories[1], keep, wanted))
        captured += 1
    return CaptureOutcome(folder, captured, len(prompts))


def _model(model: Any, dtype: Any, device_map: Any) -> Any:
    if not isinstance(model, (str, PathLike)):
        return model.eval()
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(fspath(model), dtype=dtype, device_map=device_map).eval()


@torch.no_grad()
def _response(
    model: Any, tokenizer: Any, encoder: Encoder, prompt: list[int], given: str | None, max_tokens: int
) -> tuple[list[int], bool]:
    """Give a response's tokens, and whether a last step predicts the end."""
    if given is not None:
        return encoder.continuation(given), True
    device = model.get_input_embeddings().weight.device
    rows = torch.tensor([prompt], device=device)
    ends = getattr(model.generation_config, "eos_token_id", None)
    ends = tokenizer.eos_token_id if ends is None else ends
    ends = [] if ends is None else [ends] if isinstance(ends, int) else list(ends)
    output = model.generate(
        rows,
        attention_mask=torch.ones_like(rows),
        max_new_tokens=max_tokens,
        do_sample=False,
        eos_token_id=ends or None,
        pad_token_id=ends[0] if ends else 0,
    )
    ids: list[int] = output[0, len(prompt) :].tolist()
    return (ids[:-1], True) if ids and ids[-1] in ends else (ids, False)


def _description(
    label: str,
    task: str | None,
    base: Any,
    tuned: Any,
    vocabulary: MapSide,
    width: int,
    keep: int | None,
    followed: FollowedRun | None,
    prompts: list[str],
    settings: dict[str, Any],
) -> dict[str, Any]:
    names = [Path(str(getattr(model, "name_or_path", "")) or type(model).__name__).name for model in (base, tuned)]
    result = {
        "schema": "cmc.run",
        "version": 1,
        "tool": run_program("--version").stdout.strip() + ", transformers",
        "label": label,
        "task": task,
        "base": names[0],
        "tuned": names[1],
        "tokenizer": vocabulary.name,
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
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "run.json"
    if file.is_file():
        found = json.loads(file.read_text(encoding="utf-8")).get("captured_by")
        mine = json.loads(json.dumps(description["captured_by"]))
        if found != mine:
            changed = sorted(name for name in mine if not isinstance(found, dict) or found.get(name) != mine[name])
            raise CaptureError(
                f"has a run that was captured with other settings: {', '.join(changed)}",
                where=str(folder),
                hint="give another folder, or the settings of that run",
            )
        return
    if vocabulary.pieces is not None:
        write_tokens(folder, vocabulary.pieces)
    # The description comes last: a folder without it has no run.
    write_whole(file, json.dumps(description, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _digest(model: Any) -> str:
    """Give a digest of a model's weights: the first values of every parameter, wherever it lies."""
    digest = hashlib.sha256()
    for name, parameter in model.named_parameters():
        values = parameter.detach().flatten()[:64].float().cpu().numpy()
        digest.update(f"{name} {tuple(parameter.shape)} {parameter.dtype}".encode() + values.tobytes())
    return digest.hexdigest()
