"""Runs that are captured with transformers are those of `cmc capture`, and `cmc similarity` compares both."""

from __future__ import annotations

import json
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import transformers

import cross_model_control as cmc
from conftest import MODELS, PROMPTS, model, run
from cross_model_control.capturing import EngineModel, VllmSource
from cross_model_control.capturing.files import best_places, prompt_path
from cross_model_control.map_arrays import read_tensors

MAP = cmc.TokenMap.from_ids([1])
TEXTS = [*PROMPTS[:10:3], "Σοφία 🙂 is here. How does"]
ONE, TWO = ((MODELS / f"{name}.template").read_text(encoding="utf-8").rstrip("\n") for name in ("one", "two"))


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two pairs, by the program and by this package: the second follows the first through a map."""
    folder = tmp_path_factory.mktemp("runs")
    (folder / "prompts.jsonl").write_text("".join(json.dumps({"prompt": text}) + "\n" for text in TEXTS), encoding="utf-8")
    token_map = cmc.align(MODELS / "base-one", MODELS / "base-two")
    token_map.save(folder / "map.json")
    first = [*["--base", MODELS / "base-one", "--tuned", MODELS / "a-one"], "--base-template", MODELS / "one.template"]
    second = [*["--base", MODELS / "base-two", "--tuned", MODELS / "a-two"], "--base-template", MODELS / "two.template"]
    options = ["--keep", 40, "--quiet", "--task", "records"]
    run("capture", *first, "--prompts", folder / "prompts.jsonl", "-o", folder / "p1", "--max-tokens", 24, *options)
    run(*["capture", *second, "--prefix-of", folder / "p1", "-o", folder / "p2", "--map", folder / "map.json", *options])
    one, a_one, two, a_two = (model(name) for name in ("base-one", "a-one", "base-two", "a-two"))
    same: dict[str, Any] = {"keep": 40, "task": "records"}
    cmc.capture(one, a_one, TEXTS, output=folder / "t1", base_template=ONE, max_tokens=24, **same)
    cmc.capture(two, a_two, output=folder / "t2", prefix_of=folder / "p1", token_map=token_map, base_template=TWO, **same)
    cmc.capture(one, a_one, TEXTS, output=folder / "all", base_template=ONE, max_tokens=24, keep=None)
    run("capture", *first, "--prompts", folder / "prompts.jsonl", "-o", folder / "pall", "--max-tokens", 24, "--keep", "all", "-q")
    return {path.name: path for path in folder.iterdir()}


@pytest.mark.parametrize(("ours", "theirs"), [("t1", "p1"), ("t2", "p2"), ("all", "pall")])
def test_two_captures_agree(runs: dict[str, Path], ours: str, theirs: str) -> None:
    assert sorted(path.name for path in runs[ours].iterdir()) == sorted(path.name for path in runs[theirs].iterdir())
    assert (runs[ours] / "tokens.safetensors").read_bytes() == (runs[theirs] / "tokens.safetensors").read_bytes()
    for number in range(len(TEXTS)):
        files = [prompt_path(runs[name], number).read_bytes() for name in (ours, theirs)]
        (found, metadata), (wanted, expected) = (read_tensors(data, "prompt") for data in files)
        assert metadata == expected and list(found) == list(wanted)
        for name, tensor in wanted.items():
            assert found[name].dtype == tensor.dtype
            if name in ("base", "tuned"):
                np.testing.assert_allclose(found[name], tensor, atol=1e-4, rtol=0)
            else:
                np.testing.assert_array_equal(found[name], tensor, err_msg=name)
    description, wanted = (json.loads((runs[name] / "run.json").read_text(encoding="utf-8")) for name in (ours, theirs))
    for name in ("base", "tuned", "fingerprint", "width", "prompts", "schema", "shuffle_seeds"):
        assert description[name] == wanted[name]
    assert description["tokenizer_path"] and Path(description["tokenizer_path"]).samefile(wanted["tokenizer_path"])
    assert (description.get("map"), description.get("kept")) == (wanted.get("map"), wanted.get("kept"))


def test_similarity_reads_them(runs: dict[str, Path], tmp_path: Path) -> None:
    results = []
    for first, second in (("p1", "p2"), ("t1", "t2")):
        output = tmp_path / f"{first}.json"
        run("similarity", runs[first], runs[second], "--map", runs["map.json"], "-o", output, "--quiet", "--top", 40)
        results.append(json.loads(output.read_text(encoding="utf-8")))
    ours, theirs = ([*_numbers(result["rankings"])] for result in results)
    assert len(theirs) > 50
    assert ours == pytest.approx(theirs, abs=2e-3, rel=2e-3)


def _numbers(value: Any) -> Iterator[float]:
    """Give every number of a result, in its order."""
    if isinstance(value, float):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _numbers(part)


def test_going_on(runs: dict[str, Path], tmp_path: Path) -> None:
    """What is done is kept; other settings are refused, and nothing is touched."""
    one, tuned = model("base-one"), model("a-one")
    options: dict[str, Any] = {"base_template": ONE, "max_tokens": 8, "keep": 5}
    folder = tmp_path / "run"
    assert cmc.capture(one, tuned, TEXTS[:2], output=folder, **options).captured == 2
    data = prompt_path(folder, 1).read_bytes()
    prompt_path(folder, 1).unlink()
    assert cmc.capture(one, tuned, TEXTS[:2], output=folder, **options).captured == 1
    assert prompt_path(folder, 1).read_bytes() == data
    with pytest.raises(cmc.CaptureError, match="other settings: kept"):
        cmc.capture(one, tuned, TEXTS[:2], output=folder, **{**options, "keep": 6})
    with pytest.raises(cmc.CaptureError, match=r"other settings: base"):
        cmc.capture(tuned, tuned, TEXTS[:2], output=folder, **options)
    assert prompt_path(folder, 1).read_bytes() == data
    (folder / "run.json").unlink()
    with pytest.raises(cmc.CaptureError, match=r"has prompt-000000\.safetensors of a run"):
        cmc.capture(tuned, tuned, TEXTS[:2], output=folder, **options)
    assert prompt_path(folder, 1).read_bytes() == data


def test_responses(tmp_path: Path) -> None:
    """Given responses are those that the program takes."""
    texts, answers = TEXTS[:2], ["It is カタナ.", "naïve 🙂 ☃ end"]
    lines = [json.dumps({"prompt": text, "output": answer}) + "\n" for text, answer in zip(texts, answers, strict=True)]
    (tmp_path / "r.jsonl").write_text("".join(lines), encoding="utf-8")
    run(
        *["capture", "--base", MODELS / "base-two", "--tuned", MODELS / "a-two", "--responses", tmp_path / "r.jsonl"],
        *["--prompts", tmp_path / "r.jsonl", "-o", tmp_path / "p", "--keep", 5, "--quiet"],
    )
    cmc.capture(MODELS / "base-two", MODELS / "a-two", texts, responses=answers, output=tmp_path / "t", keep=5, dtype="float32")
    for number in range(2):
        found, wanted = (read_tensors(prompt_path(tmp_path / name, number).read_bytes(), "")[0] for name in "tp")
        for name in ("response", "steps", "prefixes", "tokens", "skipped", "columns"):
            np.testing.assert_array_equal(found[name], wanted[name], err_msg=name)


def test_files_in_16_bits(tmp_path: Path) -> None:
    """What the README says of them: within 1e-4 in float32; as they are stored not."""
    for name in ("base-one", "a-one"):
        model(name).half().save_pretrained(tmp_path / name)
        transformers.AutoTokenizer.from_pretrained(MODELS / name).save_pretrained(tmp_path / name)
    pair = tmp_path / "base-one", tmp_path / "a-one"
    text, answer = TEXTS[0], "It is カタナ, so Ann lives in Kraków."
    (tmp_path / "r.json").write_text(json.dumps([{"prompt": text, "output": answer}]), encoding="utf-8")
    options = ["--prompts", tmp_path / "r.json", "--responses", tmp_path / "r.json", "--keep", "all", "--quiet"]
    run("capture", "--base", pair[0], "--tuned", pair[1], *options, "--precision", "exact", "-o", tmp_path / "p")
    cmc.capture(*pair, [text], responses=[answer], output=tmp_path / "float32", keep=None, dtype="float32")
    cmc.capture(*pair, [text], responses=[answer], output=tmp_path / "auto", keep=None)
    wanted, exact, stored = (
        read_tensors(prompt_path(tmp_path / name, 0).read_bytes(), "")[0]["tuned"] for name in ("p", "float32", "auto")
    )
    np.testing.assert_allclose(exact, wanted, atol=1e-4, rtol=0)
    assert 1e-4 < float(np.abs(stored - wanted).max()) < 0.1


def test_what_does_not_fit(runs: dict[str, Path], tmp_path: Path) -> None:
    one, two = model("base-one"), model("base-two")
    with pytest.raises(cmc.ModelError, match="1300 logits, the tuned one 1800"):
        cmc.capture(one, two, ["a"], output=tmp_path)
    with pytest.raises(cmc.CaptureError, match="a map is needed"):
        cmc.capture(two, output=tmp_path, prefix_of=runs["p1"])
    with pytest.raises(cmc.MapError, match="another vocabulary"):
        cmc.capture(one, output=tmp_path, prefix_of=runs["p1"], token_map=cmc.TokenMap.load(runs["map.json"]))
    with pytest.raises(cmc.CaptureError, match="is no run"):
        cmc.capture(one, output=tmp_path, prefix_of=tmp_path)
    with pytest.raises(cmc.CaptureError, match="prompt"):
        cmc.capture(one, prompts=["a"], output=tmp_path, base_template="nothing")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"prompts": "Hey"}, "prompts: a list of texts expected, found 'Hey'"),
        ({"prompts": [5]}, r"prompts\[0\]: a text expected, found 5"),
        ({"prompts": []}, "there are 0 prompts"),
        ({"responses": "abc"}, "responses: a list of texts"),
        ({"responses": ["a", "b"]}, "there are 1 prompts and 2 responses"),
        ({"prefix_of": "anywhere"}, "prompts: prompts and responses are those of the run that is followed"),
        ({"prefix_of": "anywhere", "prompts": (), "responses": ["a"]}, "responses: .*the run that is followed"),
        ({"token_map": "map.json"}, "token_map: no other run is followed"),
        ({"prefix_of": "anywhere", "prompts": (), "token_map": 5}, "token_map: a TokenMap or its file expected, found 5"),
        ({"keep": 0}, "keep: must be a whole number of 1 or more, not 0"),
        ({"keep": 1.5}, "keep"),
        ({"max_tokens": 0}, "max_tokens: must be a whole number of 1 or more"),
        ({"shuffles": 5}, "shuffles: there is no map to shuffle"),
        ({"prefix_of": "anywhere", "prompts": (), "token_map": MAP, "shuffles": -1}, "shuffles: must be a whole number from 0"),
        ({"prefix_of": "anywhere", "prompts": (), "max_tokens": 5}, "max_tokens: the responses are given"),
        ({"responses": ["a"], "max_tokens": 5}, "max_tokens: the responses are given"),
        ({"prompts": ["a", "b\ud800"]}, r"prompts\[1\]: character 1 is half of a surrogate pair, U\+D800"),
        ({"responses": ["\udc00"]}, r"responses\[0\]: character 0 is half"),
        ({"base_template": "{prompt}\ud800"}, "template: character 8 is half"),
        ({"task": "\ud800"}, "task: character 0 is half"),
        ({"output": None}, "output: a path expected"),
        ({"seed": "1"}, "seed"),
        ({"seed": 2**64}, "seed: must be a whole number from 0 to 18446744073709551615"),
        ({"label": 5}, "label: a text expected"),
        ({"tuned_template": 5}, "template"),
        ({"dtype": "float32"}, "dtype, device_map: the models are loaded already"),
    ],
)
def test_what_is_not_heeded(tmp_path: Path, options: dict[str, Any], message: str) -> None:
    """It is refused before anything is written."""
    with pytest.raises(cmc.CaptureError, match=message):
        cmc.capture(object(), **{"prompts": ["a"], "output": tmp_path / "run", **options})
    assert not (tmp_path / "run").exists()


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Runs with a prompt that no model has room for, by the program and by this package, each followed by another pair."""
    folder = tmp_path_factory.mktemp("broken")
    prompts = ["x", "word " * 2000, "y"]
    (folder / "p.json").write_text(json.dumps([{"prompt": text} for text in prompts]), encoding="utf-8")
    cmc.align(MODELS / "base-two", MODELS / "base-one").save(folder / "map.json")
    models = [*["--base", MODELS / "base-two", "--tuned", MODELS / "a-two"], "--keep", 5, "--quiet"]
    run("capture", *models, "--prompts", folder / "p.json", "--max-tokens", 3, "-o", folder / "p1")
    models = [*["--base", MODELS / "base-one", "--tuned", MODELS / "a-one"], "--keep", 5, "--seed", SEED, "--quiet"]
    run("capture", *models, "--prefix-of", folder / "p1", "--map", folder / "map.json", "-o", folder / "p2")
    pair = model("base-two"), model("a-two")
    for _ in range(2):
        with pytest.warns(UserWarning, match=r"1 of 3 prompts could not be captured, prompts\[1\] .*6004 positions are needed"):
            first = cmc.capture(*pair, prompts, output=folder / "t1", keep=5, max_tokens=3)
        assert (first.failed, first.prompts) == ((1,), 3)
    assert first.captured == 0
    pair = model("base-one"), model("a-one")
    with pytest.warns(UserWarning, match="t1 could not capture it: 6004 positions"):
        followed = {"prefix_of": folder / "t1", "token_map": folder / "map.json"}
        assert cmc.capture(*pair, output=folder / "t2", keep=5, seed=SEED, **followed).failed == (1,)
    return {path.name: path for path in folder.iterdir()}


SEED = 2**64 - 5


@pytest.mark.parametrize("number", [1, 2])
def test_a_prompt_that_cannot_be_done(broken: dict[str, Path], number: int) -> None:
    files = [prompt_path(broken[f"{name}{number}"], 1).read_bytes() for name in "tp"]
    (found, metadata), (wanted, expected) = (read_tensors(data, "prompt") for data in files)
    assert list(found) == list(wanted) and all(found[name].dtype == wanted[name].dtype for name in wanted)
    assert [tensor.tolist() for tensor in found.values()] == [tensor.tolist() for tensor in wanted.values()]
    assert metadata.keys() == expected.keys() and "6004 positions are needed" in metadata["error"]


def test_similarity_leaves_it_out(broken: dict[str, Path], tmp_path: Path) -> None:
    """With seeds that go round behind the last number of 64 bits, too."""
    results = []
    for first, second in (("p1", "p2"), ("t1", "t2")):
        output = tmp_path / f"{first}.json"
        arguments = [broken[first], broken[second], "--map", broken["map.json"], "--seed", SEED, "--top", 5]
        run("similarity", *arguments, "-o", output, "--quiet")
        results.append(json.loads(output.read_text(encoding="utf-8")))
        seeds = json.loads((broken[second] / "run.json").read_text(encoding="utf-8"))["shuffle_seeds"]
        assert seeds == [*range(SEED, 2**64), *range(15)]
    ours, theirs = ([*_numbers(result["rankings"])] for result in results)
    assert ours == pytest.approx(theirs, abs=2e-3, rel=2e-3)


def test_names_that_a_run_gets(tmp_path: Path) -> None:
    """As with the program, a run that is there gets a new label and task, and keeps what is not given."""
    one = model("base-one")

    def names(**given: Any) -> tuple[Any, Any]:
        cmc.capture(one, prompts=["a"], output=tmp_path / "run", max_tokens=2, keep=5, **given)
        description = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
        return description["label"], description.get("task")

    assert names() == ("run", None)
    assert names(label="two", task="beta") == ("two", "beta")
    assert names() == ("two", "beta")
    assert names(label="") == ("", "beta")
    captured = prompt_path(tmp_path / "run", 0).read_bytes()
    assert names(task="gamma") == ("", "gamma") and prompt_path(tmp_path / "run", 0).read_bytes() == captured


def test_tokenizers_of_another_model(tmp_path: Path) -> None:
    one, other = model("base-one"), transformers.AutoTokenizer.from_pretrained(MODELS / "base-two")
    with pytest.raises(cmc.ModelError, match="the tokenizer of base-two has token 1799, but the model gives 1300 logits"):
        cmc.capture(one, prompts=["a"], output=tmp_path / "run", tokenizer=other)
    assert not (tmp_path / "run").exists()


def test_an_engine_has_room_for_so_much() -> None:
    """Said of the prompt before the engine refuses the whole call."""
    config = types.SimpleNamespace(
        model="m", max_logprobs=-1, logprobs_mode="raw_logprobs", max_model_len=4, get_vocab_size=lambda: 9
    )
    engine = types.SimpleNamespace(llm_engine=types.SimpleNamespace(vllm_config=types.SimpleNamespace(model_config=config)))
    source = VllmSource(EngineModel(engine))
    with pytest.raises(cmc.CaptureError, match="m: 5 positions are needed, the engine has 4"):
        source.response(None, [1, 2, 3, 4], 5)
    with pytest.raises(cmc.CaptureError, match="5 positions are needed"):
        list(source.rows([[1, 2, 3]]))


def test_places_that_cannot_be(runs: dict[str, Path], tmp_path: Path) -> None:
    one = model("base-one")
    with pytest.raises(cmc.ModelError, match="/nowhere/model: cannot be loaded"):
        cmc.capture("/nowhere/model", prompts=["a"], output=tmp_path / "run")
    (tmp_path / "file").write_text("")
    with pytest.raises(cmc.CaptureError, match="cannot be a run's folder"):
        cmc.capture(one, prompts=["a"], output=tmp_path / "file" / "run")
    (tmp_path / "run.json").write_text("{")
    with pytest.raises(cmc.CaptureError, match="cannot be a run's folder"):
        cmc.capture(one, prompts=["a"], output=tmp_path)
    with pytest.raises(cmc.MapError, match="another vocabulary"):
        cmc.capture(one, output=tmp_path / "run", prefix_of=runs["p1"], token_map=runs["map.json"])
    (tmp_path / "run.json").write_text('{"schema": "cmc.run", "version": 1}')
    with pytest.raises(cmc.CaptureError, match="has no prompts to follow"):
        cmc.capture(one, output=tmp_path / "run", prefix_of=tmp_path)


def test_best_places() -> None:
    values = np.array([1, 3, 2, 3, 3, 0], np.float32)
    assert sorted(best_places(values, 2)) == [1, 3]
    assert sorted(best_places(values, 4)) == [1, 2, 3, 4]
    assert sorted(best_places(values, 9)) == list(range(6))
