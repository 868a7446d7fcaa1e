#!/usr/bin/env python3
"""Writes, or with --check compares, small logit files of NumPy, safetensors and PyTorch for the tests of their readers.

    python=$(Tests/Scripts/environment --transport)
    $python Tests/Scripts/generate_logit_files.py [--check]

Every file holds the same matrix of 3 × 5 numbers, which all precisions have exactly: element (t, v) is
(7·t + 3·v mod 16 − 8) / 4. Hostile pickles are among them: what they ask for must not happen. Exit status 1 where
--check finds a file that reads otherwise than the committed one.
"""

import io
import os
import pickle
import sys
import zipfile

import numpy
import safetensors.torch
import torch

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDER = os.path.join(ROOT, "Tests", "Method", "LogitShiftTests", "Golden", "files")
MATRIX = numpy.array([[(7 * t + 3 * v) % 16 - 8 for v in range(5)] for t in range(3)], dtype=numpy.float64) / 4


class Runs:
    """What a pickle can do: call anything."""

    def __reduce__(self):
        return os.system, ("touch /tmp/cmc-pickle-ran",)


def saved(value, **options):
    buffer = io.BytesIO()
    torch.save(value, buffer, **options)
    return buffer.getvalue()


def npy(array):
    buffer = io.BytesIO()
    numpy.save(buffer, array)
    return buffer.getvalue()


def npz(compressed, **arrays):
    buffer = io.BytesIO()
    (numpy.savez_compressed if compressed else numpy.savez)(buffer, **arrays)
    return buffer.getvalue()


def hostile(value):
    """An archive as torch.save makes it, around another pickle."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(value, protocol=2))
        archive.writestr("archive/data/0", MATRIX.astype(numpy.float32).tobytes())
    return buffer.getvalue()


def files():
    tensor = torch.from_numpy(MATRIX).float()
    wide = torch.zeros(3, 8)
    wide[:, 2:7] = tensor
    yield "f16.npy", npy(MATRIX.astype(numpy.float16))
    yield "f32.npy", npy(MATRIX.astype(numpy.float32))
    yield "f64.npy", npy(MATRIX)
    yield "fortran.npy", npy(numpy.asfortranarray(MATRIX))
    yield "stored.npz", npz(False, base=MATRIX.astype(numpy.float32), tuned=MATRIX + 1, ids=numpy.arange(4))
    yield "deflated.npz", npz(True, base=MATRIX.astype(numpy.float32), tuned=MATRIX + 1)
    yield "types.safetensors", safetensors.torch.save(
        {"f32": tensor, "f64": tensor.double(), "f16": tensor.half(), "bf16": tensor.bfloat16(), "ids": torch.arange(4)})
    yield "tensor.pt", saved(tensor)
    yield "dictionary.pt", saved({"base": tensor, "nested": {"tuned": tensor + 1}, "step": 3, "name": "x"})
    yield "list.pt", saved([tensor.half(), tensor.bfloat16(), tensor.double()])
    yield "shared.pt", saved({"base": tensor, "again": tensor})
    yield "transposed.pt", saved(tensor.t().contiguous().t())
    yield "view.pt", saved(wide[:, 2:7])
    yield "expanded.pt", saved(torch.zeros(1, 5).expand(3, 5))
    yield "legacy.pt", saved(tensor, _use_new_zipfile_serialization=False)
    yield "legacy-dictionary.pt", saved(
        {"base": tensor.half(), "tuned": (tensor + 1).t().contiguous().t()}, _use_new_zipfile_serialization=False)
    yield "parameter.pt", saved(torch.nn.Parameter(tensor))
    yield "legacy-parameter.pt", saved(torch.nn.Parameter(tensor), _use_new_zipfile_serialization=False)
    # The shape of `model(...).logits` for one text.
    yield "batch.npy", npy(MATRIX[None].astype(numpy.float32))
    yield "batch-fortran.npy", npy(numpy.asfortranarray(MATRIX[None]))
    yield "batch.npz", npz(True, base=MATRIX[None].astype(numpy.float32), tuned=MATRIX[None, None] + 1)
    yield "batch.safetensors", safetensors.torch.save({"logits": tensor[None]})
    yield "batch.pt", saved({"logits": tensor[None], "two": torch.zeros(2, 3, 5)})
    # Two texts at once, alone and beside what is a matrix.
    two = numpy.stack([MATRIX, MATRIX]).astype(numpy.float32)
    yield "two.npy", npy(two)
    yield "mixed.npz", npz(False, two=two, logits=MATRIX)
    yield "mixed-deflated.npz", npz(True, two=two, logits=MATRIX)
    yield "points.npy", npy((MATRIX * 4).astype(numpy.int64))
    yield "points-small.npy", npy((MATRIX * 4).astype(numpy.int8))
    yield "hostile-call.pt", hostile(Runs())
    yield "hostile-inside.pt", hostile({"base": [1, Runs()]})
    yield "hostile-module.pt", saved(torch.nn.Linear(2, 2))


def main():
    check = "--check" in sys.argv[1:]
    wrong = []
    os.makedirs(FOLDER, exist_ok=True)
    for name, data in files():
        path = os.path.join(FOLDER, name)
        if not check:
            with open(path, "wb") as file:
                file.write(data)
        elif not os.path.exists(path):
            wrong.append(name)
        elif name.endswith(".npy") and open(path, "rb").read() != data:
            wrong.append(name)
        elif name.endswith(".npz"):
            kept, new = numpy.load(path), numpy.load(io.BytesIO(data))
            if kept.files != new.files or not all((kept[k] == new[k]).all() for k in new.files):
                wrong.append(name)
    print("\n".join(f"{name}: not as committed" for name in wrong) or f"{FOLDER}: {len(list(files()))} files")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
