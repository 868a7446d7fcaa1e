"""Histories are those of the program: random maps, random texts with split characters."""

from __future__ import annotations

import dataclasses
import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cross_model_control as cmc
from conftest import MODELS, ROOT, run, trace
from cross_model_control.encoding import Encoder
from cross_model_control.history import History, Translation, complete_length
from cross_model_control.sides import MapSide, token_bytes
from cross_model_control.token_map import METHODS, Targets

PAIRS = [("base-two", "delta-a"), ("base-one", "a-two")]


def bases() -> dict[tuple[str, str], tuple[cmc.TokenMap, Encoder]]:
    return {
        (user, delta): (
            cmc.align(MODELS / user, MODELS / delta),
            Encoder(transformers.AutoTokenizer.from_pretrained(MODELS / delta)),
        )
        for user, delta in PAIRS
    }


BASES = bases()


def random_map(base: cmc.TokenMap, seed: int, share: float) -> cmc.TokenMap:
    """Give a map of which a share of the entries is drawn anew."""
    draw = np.random.default_rng(seed)
    ids, codes, distances = base.ids.copy(), base.codes.copy(), base.distances.copy()
    sequences = {}
    for row in np.flatnonzero(draw.random(len(base)) < share).tolist():
        method = METHODS[draw.integers(len(METHODS))]
        ids[row] = -1 if method == "unmatched" else draw.integers(base.target.max_id + 1)
        codes[row] = METHODS.index(method)
        distances[row] = -1 if method in ("unmatched", "imported") else 0
        if method in ("override", "retokenized") and draw.random() < 0.5:
            second = int(draw.integers(base.target.max_id + 1))
            sequences[row] = Targets((int(ids[row]), second), (0.75, 0.25), "mean")
    return dataclasses.replace(base, ids=ids, codes=codes, distances=distances, sequences=sequences)


TOTAL = {"steps": 0, "reencoded": 0}


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(PAIRS),
    st.integers(0, 2**32 - 1),
    st.sampled_from([0.0, 0.1, 0.5, 1.0]),
    st.sampled_from([0.8, 2.0, 8.0]),
    st.sampled_from(["", "Σοφία καὶ тень ", "カタナ🙂 לידומ", "plain words", "\U0001d518 a\u0301"]),
)
def test_trace(pair: tuple[str, str], seed: int, share: float, temperature: float, prompt: str) -> None:
    base, encoder = BASES[pair]
    token_map = random_map(base, seed, share)
    with tempfile.TemporaryDirectory() as name:
        token_map.save(Path(name, "map.json"))
        options = ["--user", MODELS / pair[0], "--delta", MODELS / pair[1], "--map", Path(name, "map.json")]
        options += ["--temperature", temperature, "--seed", seed, "--max-tokens", 24, "--ignore-eos"]
        result = trace(Path(name), *options, "--prompt", prompt, "--alpha", 0.25)
    assert encoder.prompt(prompt) == result["delta_prompt_ids"][0]
    history = History(encoder.prompt(prompt), Translation.of(token_map, token_map.source, encoder.continuation))
    for step in result["steps"][:-1]:
        change = history.append(step["id"])
        expected = step["delta_changes"][0]
        assert (change.kept, list(change.added)) == (expected["kept"], expected["added"]), step
        assert change.reencoded == step["reencoded"]
        TOTAL["steps"] += 1
        TOTAL["reencoded"] += change.reencoded


@pytest.mark.parametrize("name", ["llama-2", "claude-legacy", "deepseek"])
def test_real_tokenizers(name: str, tmp_path: Path) -> None:
    """A delta model whose tokenizer puts a space before a text, or normalises it, reads what goes on inside one."""
    place = ROOT / "Vocabs" / "real" / name
    assert place.is_dir(), f"run Vocabs/fetch {name}"
    shutil.copytree(place, tmp_path / "delta")
    width = json.loads(run("inspect", tmp_path / "delta", "--json"))["description"]["max_id"] + 1
    config = transformers.LlamaConfig(
        vocab_size=width, hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2, tie_word_embeddings=True
    )
    torch.manual_seed(1)
    transformers.LlamaForCausalLM(config).save_pretrained(tmp_path / "delta")
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_file=str(tmp_path / "delta" / "tokenizer.json"))
    token_map, encoder = cmc.align(MODELS / "base-two", tmp_path / "delta"), Encoder(tokenizer)
    token_map.save(tmp_path / "map.json")
    reencoded = 0
    for seed in range(6):
        result = trace(
            *[tmp_path, "--user", MODELS / "base-two", "--delta", tmp_path / "delta", "--map", tmp_path / "map.json"],
            *["--temperature", 3, "--seed", seed, "--max-tokens", 40, "--ignore-eos", "--prompt", "Σοφία is", "--alpha", 0.1],
        )
        prompt = result["delta_prompt_ids"][0]
        history = History(list(prompt), Translation.of(token_map, token_map.source, encoder.continuation))
        for step in result["steps"][:-1]:
            change, expected = history.append(step["id"]), step["delta_changes"][0]
            assert (change.kept, list(change.added)) == (expected["kept"], expected["added"]), step
            reencoded += change.reencoded
    assert reencoded > 30


def test_enough_was_encoded_anew() -> None:
    # Counts what the test above saw; alone it has nothing to count.
    if TOTAL["steps"]:
        assert TOTAL["reencoded"] >= 200, json.dumps(TOTAL)


@given(st.binary(max_size=12))
def test_complete_length(text: bytes) -> None:
    """What is held back is what Python's incremental decoder holds back, where all before is text."""
    import codecs

    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    decoder.decode(text)
    held = len(decoder.getstate()[0])
    found = len(text) - complete_length(text)
    # Bytes that begin no character at all are held back for a step by both the program and this package.
    invalid = text[-1:] and text[-1] in {0xC0, 0xC1, *range(0xF5, 0x100)}
    assert found == (1 if invalid else held)


@pytest.mark.parametrize(
    ("shown", "kind", "expected"),
    [
        ("␣Lol", "t", b" Lol"),
        ("␣", "f", "␣".encode()),
        ("<0x0A>", "b", b"\n"),
        ("\\x8F\\n", "f", b"\x8f\n"),
        ("\\\\n", "t", b"\\n"),
        ("\\u{200B}é", "t", "\u200bé".encode()),
    ],
)
def test_token_bytes(shown: str, kind: str, expected: bytes) -> None:
    assert token_bytes(shown, kind) == expected


def test_special_token_in_the_middle_of_a_character() -> None:
    side = MapSide(kinds="tbbs", pieces=("a", "<0xE2>", "<0x82>", "<end>"))
    token_map = cmc.TokenMap(
        np.array([7, 8, 9, 5], np.int32),
        np.array([2, 2, 2, 1], np.uint8),
        np.zeros(4, np.int32),
        source=side,
    )
    history = History([0], Translation.of(token_map, side, lambda text: [ord(c) for c in text]))
    assert history.append(0) == (1, (7,), False)
    assert history.append(1) == (2, (8,), False)
    # A match within a character that is complete so far is taken as it is; the end token closes the text.
    assert history.append(3) == (3, (5,), False)
    assert history.ids == [0, 7, 8, 5]
