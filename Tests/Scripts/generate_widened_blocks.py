#!/usr/bin/env python3
"""Writes random blocks of every weight type, and what the `gguf` package makes of them.

    Tests/Scripts/generate_widened_blocks.py [--check]

With --check nothing is written; the exit status is 1 where a file of Tests/Models/LinearAlgebraTests/Golden would change. Needs numpy, gguf and torch (0.19.0 and 2.13.0 wrote the committed files). For each type NAME there is NAME.blocks, the bytes, and NAME.f32,
the float32 numbers, little-endian. Scales are random bits of half precision: subnormal, tiny, large and negative ones,
zeros of both signs; not the largest, so that every weight is finite. NIBBLES and F8 are this project's own blocks, a
scale of 32 bits before them: their numbers are made here, those of eight bits by torch's float8_e4m3fn.
"""

import sys
import tempfile
from pathlib import Path

import numpy
import torch
from gguf import GGMLQuantizationType, quants

# Type: where a block's scales of half precision are.
SCALES = {
    "Q8_0": [0], "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2],
    "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208],
}
SIZES = {"Q8_0": 34, "Q4_0": 18, "Q4_1": 20, "Q5_0": 22, "Q5_1": 24, "Q4_K": 144, "Q5_K": 176, "Q6_K": 210}
# Later ones, drawn by a generator of their own. MXFP4's scale is a byte, an exponent.
LATER = {"Q2_K": (84, [80, 82]), "Q3_K": (110, [108]), "IQ4_NL": (18, [0]), "IQ4_XS": (136, [0]), "TQ2_0": (66, [64]),
         "MXFP4": (17, [])}
# Again later. TQ1_0 is widened as it lies; of IQ1_M the scale is in four parts.
LATTICES = {"TQ1_0": (54, [52]), "IQ2_XXS": (66, [0]), "IQ2_XS": (74, [0]), "IQ2_S": (82, [0]), "IQ3_XXS": (98, [0]),
            "IQ3_S": (110, [0]), "IQ1_S": (50, [0]), "IQ1_M": (56, [])}
SPECIAL = [0x0000, 0x8000, 0x0001, 0x8001, 0x03FF, 0x0400, 0x8400, 0x7BFF, 0xFBFF, 0x3C00, 0xBC00]


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    random = numpy.random.default_rng(20240517)
    for name, places in SCALES.items():
        write(folder, name, random_blocks(random, 8 if name.endswith("K") else 40, SIZES[name], places).reshape(1, -1))
    write(folder, "F32", random.standard_normal((1, 301)).astype("<f4").view(numpy.uint8))
    halves = numpy.concatenate([SPECIAL, random_halves(random, 290)]).astype("<u2")
    write(folder, "F16", halves.reshape(1, -1).view(numpy.uint8))
    brains = random.standard_normal((1, 301)).astype("<f4").view("<u2")[:, 1::2].copy()
    write(folder, "BF16", brains.view(numpy.uint8))
    random = numpy.random.default_rng(20251128)
    for name, (size, places) in LATER.items():
        blocks = random_blocks(random, 8 if size > 60 else 40, size, places)
        if name == "MXFP4":
            blocks[:, 0] = numpy.minimum(blocks[:, 0], 250)
            blocks[:3, 0] = [0, 1, 2]
        write(folder, name, blocks.reshape(1, -1))
    random = numpy.random.default_rng(20251129)
    for name, (size, places) in LATTICES.items():
        blocks = random_blocks(random, 16, size, places)
        if name == "IQ1_M":
            for block, half in zip(blocks, random_halves(random, len(blocks)), strict=True):
                for part in range(4):
                    block[49 + 2 * part] = block[49 + 2 * part] & 0x0F | (half >> 4 * part & 15) << 4
        write(folder, name, blocks.reshape(1, -1))
    write_own(folder, random)


def write_own(folder: Path, random: numpy.random.Generator) -> None:
    """The blocks that are no type of GGUF; every number of eight bits but those that are none."""
    scales = random.standard_normal(40).astype("<f4")
    zeros = random.integers(0, 17, 40, dtype=numpy.uint8)
    packed = random.integers(0, 256, (40, 16), dtype=numpy.uint8)
    steps = numpy.concatenate([packed & 15, packed >> 4], axis=1).astype("<f4") - zeros[:, None]
    blocks = numpy.concatenate([scales.view(numpy.uint8).reshape(40, 4), zeros[:, None], packed], axis=1)
    (folder / "NIBBLES.blocks").write_bytes(blocks.tobytes())
    (folder / "NIBBLES.f32").write_bytes((steps * scales[:, None]).astype("<f4").tobytes())
    eighths = numpy.resize(numpy.setdiff1d(numpy.arange(256), [0x7F, 0xFF]).astype(numpy.uint8), (40, 32))
    wide = torch.from_numpy(eighths).view(torch.float8_e4m3fn).float() * torch.from_numpy(scales)[:, None]
    (folder / "F8.blocks").write_bytes(
        numpy.concatenate([scales.view(numpy.uint8).reshape(40, 4), eighths], axis=1).tobytes())
    (folder / "F8.f32").write_bytes(wide.numpy().astype("<f4").tobytes())


def random_blocks(random: numpy.random.Generator, count: int, size: int, places: list[int]) -> numpy.ndarray:
    blocks = random.integers(0, 256, (count, size), dtype=numpy.uint8)
    for place in places:
        halves = random_halves(random, count)
        special = random.choice(SPECIAL, count).astype("<u2")
        halves = numpy.where(random.random(count) < 0.4, special, halves).astype("<u2")
        blocks[:, place : place + 2] = halves.view(numpy.uint8).reshape(count, 2)
    return blocks


def random_halves(random: numpy.random.Generator, count: int) -> numpy.ndarray:
    return (random.integers(0, 0x7C00, count) | (random.integers(0, 2, count) << 15)).astype("<u2")


def write(folder: Path, name: str, data: numpy.ndarray) -> None:
    kind = GGMLQuantizationType[name]
    # The package takes floating-point tensors as numbers, all others as bytes.
    given = data.view({"F32": "<f4", "F16": "<f2"}.get(name, "u1"))
    wide = numpy.asarray(quants.dequantize(given, kind), dtype="<f4")
    assert numpy.isfinite(wide).all(), name
    (folder / f"{name}.blocks").write_bytes(data.tobytes())
    (folder / f"{name}.f32").write_bytes(wide.tobytes())


def check(golden: Path) -> int:
    with tempfile.TemporaryDirectory() as folder:
        main(Path(folder))
        changed = [file.name for file in Path(folder).iterdir() if (golden / file.name).read_bytes() != file.read_bytes()]
    print(f"widened blocks: {', '.join(changed) + ' would change' if changed else 'as written'}")
    return 1 if changed else 0


if __name__ == "__main__":
    GOLDEN = Path(__file__).resolve().parents[1] / "Models" / "LinearAlgebraTests" / "Golden"
    sys.exit(check(GOLDEN) if "--check" in sys.argv[1:] else main(GOLDEN))
