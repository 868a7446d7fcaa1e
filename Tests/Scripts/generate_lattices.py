#!/usr/bin/env python3
"""Writes the lattices of GGUF's IQ types as a table of C.

    Tests/Scripts/generate_lattices.py [--check]

With --check nothing is written; the exit status is 1 where Sources/System/Kernels/lattice_tables.h would change. Needs
numpy and gguf (0.19.0 wrote the committed file). The points are the format's: a file holds their numbers. Of each
point the steps of its coordinates are written, the first lowest: two bits each of eight, or three of four; what a step
stands for is in lattices.h, and checked here.
"""

import sys
from pathlib import Path

import numpy
from gguf import quants

# Type: what each step of a coordinate stands for, and how many bits it takes.
EIGHTS = [8, 25, 43]
LATTICES = {
    "IQ2_XXS": (EIGHTS, 2), "IQ2_XS": (EIGHTS, 2), "IQ2_S": (EIGHTS, 2),
    "IQ3_XXS": ([4, 12, 20, 28, 36, 44, 52, 62], 3), "IQ3_S": ([1, 3, 5, 7, 9, 11, 13, 15], 3),
    "IQ1_S": ([-1, 0, 1], 2),
}
FILE = Path(__file__).resolve().parents[2] / "Sources" / "System" / "Kernels" / "lattice_tables.h"


def table() -> str:
    lines = ["/* The lattices of the IQ types. Written by Tests/Scripts/generate_lattices.py. */", "#pragma once",
             "#include <stdint.h>", "", "/* clang-format off */"]
    for name, (values, bits) in LATTICES.items():
        kind = getattr(quants, name)
        kind.init_grid()
        points = numpy.asarray(kind.grid).reshape(kind.grid_shape)
        steps = numpy.searchsorted(values, points)
        assert (numpy.asarray(values)[steps] == points).all(), name
        shifts = numpy.arange(points.shape[1]) * bits
        packed = (steps.astype(numpy.uint32) << shifts).sum(axis=1)
        lines.append(f"static const uint16_t {name.lower()}_points[{len(packed)}] = {{")
        texts = [f"0x{number:x}," for number in packed]
        for start in range(0, len(texts), 14):
            lines.append("  " + "".join(texts[start : start + 14]))
        lines.append("};")
    signs = numpy.frombuffer(quants.IQ2_XXS.ksigns, dtype=numpy.uint8)
    assert all(sign == index | (bin(index).count("1") % 2) << 7 for index, sign in enumerate(signs))
    return "\n".join([*lines, "/* clang-format on */", ""])


if __name__ == "__main__":
    TEXT = table()
    if "--check" in sys.argv[1:]:
        SAME = FILE.read_text() == TEXT
        print(f"lattices: {'as written' if SAME else 'would change'}")
        sys.exit(0 if SAME else 1)
    FILE.write_text(TEXT)
