"""Records what tuning did to a model's log-probabilities, as `cmc capture` does, with models of transformers or in vLLM."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

from ..arguments import place_of
from ..encoding import Encoder
from ..errors import CaptureError, ControlError, ModelError, PromptError
from ..loading import check_tokenizer, load_model, load_tokenizer
from ..token_map import TokenMap
from ..vocabularies import vocabulary_of
from ..whole_files import write_whole
from .files import error_of, prompt_path
from .following import FollowedRun
from .prompts import PromptCapture
from .recorder import Source, failed
from .request import CaptureRequest
from .run_folder import begin, describe, digest_of
from .transformers_source import TransformersSource
from .vllm_source import EngineModel, VllmSource

__all__ = ["CaptureOutcome", "EngineModel", "capture"]


@dataclass(frozen=True)
class CaptureOutcome:
    """What has become of a capture.

    Attributes:
        path: The run's folder.
        captured: How many prompts were captured now, those that could not be among them; others were there already.
        prompts: How many prompts the run has.
        missing: How many columns of the steps captured now were left out, as one of the two models gave no value of them: vLLM
            gives the best of each position alone.
        failed: The prompts that could not be captured, counted from 0, earlier ones too: their files say why.
    """

    path: Path
    captured: int
    prompts: int
    missing: int = field(default=0, repr=False)
    failed: tuple[int, ...] = field(default=(), repr=False)


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
    shuffles: int | None = None,
    max_tokens: int | None = None,
    seed: int = 1,
    label: str | None = None,
    task: str | None = None,
    dtype: Any = "auto",
    device_map: Any = None,
) -> CaptureOutcome:
    """Record the log-probabilities of an untuned and a tuned model over the steps of responses.

    The folder has the files of `cmc capture`, and `cmc similarity` compares it with any other run. What is done is kept after an
    interruption, and the same call goes on from there. A prompt that the models cannot take, such as one that is too long, has its
    reason in its file, and the others are captured; `cmc similarity` leaves it out and says so.

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
        shuffles: With `prefix_of` and `token_map`: how many shuffled maps columns are kept for; 20 where left out.
        max_tokens: How many tokens a response that is generated has at most; 200 where left out.
        seed: That of the first shuffled map, below 2⁶⁴.
        label: A short name of the run, from now on where it is there already; the folder's where left out.
        task: What the tuning was for, in the same way; `cmc similarity` compares tasks by it.
        dtype: What models are loaded in, where they are given by their place: "auto" is what their files are stored in. With
            "float32" log-probabilities are those of `cmc capture --precision exact` within 1e-4; those that models compute in 16
            bits differ by some hundredths.
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
    prompts, keep = request.prompts, request.keep
    if (dtype != "auto" or device_map is not None) and not any(isinstance(model, (str, PathLike)) for model in (base, tuned)):
        raise CaptureError("the models are loaded already", where="dtype, device_map", hint="load them so, or give their places")
    folder = Path(place_of(output, "output", CaptureError))
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
    check_tokenizer(tokenizer, width, base.place)
    vocabulary = vocabulary_of(tokenizer)
    followed = None
    if prefix_of is not None:
        count = 0 if keep is None else request.shuffles
        followed = FollowedRun(
            Path(place_of(prefix_of, "prefix_of", CaptureError)),
            request.token_map,
            vocabulary.fingerprint,
            width,
            count,
            request.seed,
        )
        prompts = followed.description["prompts"]
    settings = {
        "kind": base.kind if base.kind == tuned.kind else f"{base.kind}, {tuned.kind}",
        "base": base.digest(),
        "tuned": tuned.digest(),
        "tokenizer": vocabulary.fingerprint,
        "templates": list(request.templates),
        "prompts": digest_of(list(prompts)),
        "responses": None if request.responses is None else digest_of(request.responses),
        "follows": followed and followed.description["settings"],
        "map": followed and followed.map_digest,
        "kept": keep,
        "shuffles": len(followed.seeds) if followed else 0,
        "seed": request.seed,
        "max_tokens": request.max_tokens,
    }
    name = folder.absolute().name if label is None else label
    description = describe(name, task, base, tuned, vocabulary, place, width, keep, followed, list(prompts), settings)
    begin(folder, description, vocabulary, {"label": label, "task": task})
    prompt_capture = PromptCapture(base, tuned, Encoder(tokenizer), vocabulary, request, followed)
    captured = missing = 0
    errors: dict[int, str] = {}
    for number, prompt in enumerate(prompts):
        path = prompt_path(folder, number)
        if path.is_file():
            reason = error_of(path)
        else:
            data, reason, left_out = _captured(prompt_capture, number, prompt)
            write_whole(path, data)
            captured, missing = captured + 1, missing + left_out
        if reason is not None:
            errors[number] = reason
    if errors:
        first, reason = next(iter(errors.items()))
        warnings.warn(
            f"{folder}: {len(errors)} of {len(prompts)} prompts could not be captured, prompts[{first}] for one: {reason}",
            stacklevel=2,
        )
    if missing:
        warnings.warn(
            f"{folder}: {missing} columns are left out, as an engine gave no value of them; start it with a larger max_logprobs",
            stacklevel=2,
        )
    return CaptureOutcome(folder, captured, len(prompts), missing, tuple(errors))


def _captured(prompts: PromptCapture, number: int, prompt: str) -> tuple[bytes, str | None, int]:
    """Give the bytes of a prompt's file, why it has no steps, and how many columns are left out."""
    try:
        found = prompts.record(number, prompt)
    except (ControlError, PromptError) as error:
        # It does not fit the models: others may.
        return failed(prompts.base.width, prompts.request.keep, error.what), error.what, 0
    return found.data, None, found.missing


def _source(model: Any, dtype: Any, device_map: Any) -> Source:
    if isinstance(model, EngineModel):
        return VllmSource(model)
    if hasattr(model, "llm_engine"):
        return VllmSource(EngineModel(model))
    if isinstance(model, (str, PathLike)):
        model = load_model(model, dtype=dtype, device_map=device_map)
    return TransformersSource(model)
