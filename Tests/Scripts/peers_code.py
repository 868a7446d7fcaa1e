"""Lines of other projects, taken out of clones of their repositories and run on files that were written for them.

Used by compare_peers.py --code. Nothing of these projects is kept here: functions are found in their sources by name.
"""

import ast
import json
import os
import pathlib
import subprocess
import types
import typing

import numpy
import torch
import transformers

COMMITS = {
    "FuseAI": "7d9a30729e4b5a40bca19a97e188bfc07edf0809",
    "DSKD": "077337ac989045ccf11a6dd927418e3cf4f40971",
    "TokAlign": "3ef5bc9215ff703a134e06030f5474ade36e5db6",
    "tokenkit": "bcacdef43fb01397ff562ed397bddf9c20273194",
}
QUIET = types.SimpleNamespace(info=lambda *_: None, warning=lambda *_: None)


def source(folder, project, path):
    """The syntax tree of a file at the commit that was looked at."""
    clone = os.path.join(folder, project)
    text = subprocess.run(
        ["git", "-C", clone, "show", f"{COMMITS[project]}:{path}"], check=True, capture_output=True, text=True
    ).stdout
    return ast.parse(text)


def run(node, names):
    """Executes a statement among names."""
    exec(compile(ast.fix_missing_locations(ast.Module([node], [])), "peer", "exec"), names)
    return names


def named(tree, name):
    """A function, wherever it stands, or an assignment to a name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            node.decorator_list = []
            return node
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in node.targets):
            return node
    raise KeyError(f"no {name} in this version")


def condition(tree, part):
    """The first `if` whose condition has a text in it."""
    return next(node for node in ast.walk(tree) if isinstance(node, ast.If) and part in ast.unparse(node.test))


def distance(one, other):
    """The edit distance, for the library that these projects take it from."""
    row = list(range(len(other) + 1))
    for place, left in enumerate(one):
        before, row[0] = row[0], place + 1
        for column, right in enumerate(other):
            before, row[column + 1] = row[column + 1], min(row[column + 1] + 1, row[column] + 1, before + (left != right))
    return row[-1]


def sample(pair):
    """Ids of the source, every one or every sixteenth, with those of special tokens."""
    tokens = sorted(pair.source.get_vocab().values())
    return tokens if len(tokens) < 4000 else sorted({*tokens[::16], *tokens[:300], *tokens[-300:]})


def fusellm(folder, pair, path, texts):
    """The distribution of every step is carried over by the file; a name that is not there would be a KeyError."""
    tree = source(folder, "FuseAI", "FuseLLM/src/utils/others.py")
    names = {"np": numpy, "transformers": transformers, "Dict": dict, "List": list, "logger": QUIET}
    names["editdistance"] = types.SimpleNamespace(eval=distance)
    names["Dict"], names["List"] = typing.Dict, typing.List
    run(named(tree, "TOKENIZER_TO_SPECIAL_TOKEN"), names)
    # The slow and the fast class were two when it was written.
    names["TOKENIZER_TO_SPECIAL_TOKEN"][transformers.LlamaTokenizerFast] = "▁"
    for name in ("dtw", "transform_step_logits"):
        run(named(tree, name), names)
    with open(path, encoding="utf-8") as file:
        mapping = json.load(file)
    tokens, base = sample(pair), pair.target.get_vocab()
    by_map = []
    for token in tokens:
        piece = pair.source.convert_ids_to_tokens([token])[0].replace(pair.source.mark, pair.target.mark)
        by_map.append(base[mapping[piece]])
    wanted, carried = list(dict.fromkeys(by_map)), 0
    for text in texts:
        mine, theirs = (t(text, add_special_tokens=False)["input_ids"] for t in (pair.source, pair.target))
        _, indices = names["transform_step_logits"](
            *[pair.target, pair.source, base, theirs, mine],
            *[[[float(token) for token in tokens]] * len(mine), [tokens] * len(mine), "soft", mapping],
        )
        for step in indices:
            assert step == wanted or len(step) == 1, "another distribution than the map's"
            carried += len(step) > 1
    assert carried >= 4, carried
    return f"{carried} steps of {len(tokens)} tokens carried over"


def dskd(folder, pair, path, texts):
    """The teacher's logits are carried over to the student's columns."""
    names = {"json": json, "torch": torch, "log_rank": lambda _: None, "device": "cpu"}
    names["args"] = types.SimpleNamespace(teacher_to_student_id_mapping=path)
    distiller = names["self"] = types.SimpleNamespace()
    run(condition(source(folder, "DSKD", "code/distiller.py"), "teacher_to_student_id_mapping"), names)

    tree = source(folder, "DSKD", "code/criterions/min_edit_dis_kld.py")
    names = {"np": numpy, "torch": torch, "transformers": transformers, "F": torch.nn.functional}
    names["editdistance"] = types.SimpleNamespace(eval=distance)
    run(named(tree, "TOKENIZER_TO_SPECIAL_TOKEN"), names)
    for name in ("dtw", "transform_step_logits_fast"):
        run(named(tree, name), names)
    itself = types.SimpleNamespace(dtw=lambda *a, **k: names["dtw"](None, *a, **k))
    teacher, student = len(pair.ids), max(pair.target.get_vocab().values()) + 1
    # Of several teacher tokens for one student token it takes the first.
    wanted = torch.full((student,), -100000.0)
    for token in reversed(range(teacher)):
        wanted[distiller.tea2stu_id_mapping[token]] = float(token)
    carried = 0
    for text in texts:
        mine, theirs = (torch.tensor(t(text, add_special_tokens=False)["input_ids"]) for t in (pair.source, pair.target))
        found = names["transform_step_logits_fast"](
            *[itself, pair.target, pair.source, theirs, torch.zeros(len(theirs), student), theirs, mine],
            torch.arange(teacher).float()[None].repeat(len(mine), 1),
            blending_to_base_mapping=distiller.tea2stu_id_mapping,
            base_to_blending_mapping_blending_ids=distiller.stu2tea_id_mapping_tea,
            base_to_blending_mapping_base_ids=distiller.stu2tea_id_mapping_stu,
        )
        for step in found:
            is_carried = bool((step == wanted).all())
            assert is_carried or sorted(set(step.tolist())) == [-100000, 100], "other logits than the map's"
            carried += is_carried
    assert carried >= 4, carried
    return f"{carried} steps carried over"


def tokalign(folder, pair, path, texts):
    """A small model of the target's vocabulary gets the source's: its rows are where the file says."""
    tree = source(folder, "TokAlign", "src/convert.py")
    names = {"json": json, "torch": torch, "random": None}
    names["AutoModelForCausalLM"], names["AutoTokenizer"] = transformers.AutoModelForCausalLM, pair_tokenizer(pair)
    for name in ("_EMBED_DICT", "_LMHEAD_DICT", "trans2switch"):
        run(named(tree, name), names)
    width = max(pair.target.get_vocab().values()) + 1
    config = transformers.LlamaConfig(
        vocab_size=width, hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2, tie_word_embeddings=False
    )
    old = transformers.LlamaForCausalLM(config).to(torch.bfloat16)
    before, after = (os.path.join(pair.folder, name) for name in ("before", "after"))
    old.save_pretrained(before)
    names["trans2switch"](path, before, after, "source")
    new = transformers.AutoModelForCausalLM.from_pretrained(after, dtype=torch.bfloat16)
    with open(path, encoding="utf-8") as file:
        rows = torch.tensor(list(json.load(file).values()))
    for name in ("get_input_embeddings", "get_output_embeddings"):
        assert torch.equal(getattr(new, name)().weight, getattr(old, name)().weight[rows]), name
    return f"a model of {len(rows)} rows"


def pair_tokenizer(pair):
    """Stands for the loader of tokenizers, which here have no folder of their own."""
    return types.SimpleNamespace(from_pretrained=lambda *_, **__: types.SimpleNamespace(save_pretrained=lambda _: None))


def tokenkit(folder, pair, path, texts):
    """The teacher's logits, through the mapping as it is loaded and padded."""
    tree = source(folder, "tokenkit", "scripts/cross_tokenizer_distill.py")
    names = {"np": numpy, "json": json, "Path": pathlib.Path, "logger": QUIET}
    names["args"] = types.SimpleNamespace(losses=["baseline_mined"], tokenizer_pair_data_path=path)
    run(condition(tree, "'baseline_mined' in args.losses"), names)
    tree = source(folder, "tokenkit", "tokenkit/training/losses.py")
    width, teacher = len(pair.ids) + 64, max(pair.target.get_vocab().values()) + 1
    names["jnp"] = numpy
    names["loss_args"] = types.SimpleNamespace(
        teacher_logits=numpy.arange(float(teacher))[None, None],
        new_config=types.SimpleNamespace(vocab_size=width),
        logit_mask_new=numpy.zeros(width),
    )
    found = run(named(named(tree, "compute_baseline_mined_loss"), "mined_teacher_logits"), names)["mined_teacher_logits"]
    assert found.shape == (1, 1, width)
    assert all(mine in (-1, other) for mine, other in zip(pair.ids, found[0, 0].tolist()))
    return f"logits of {width} columns"
