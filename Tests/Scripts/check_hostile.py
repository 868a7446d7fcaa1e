#!/usr/bin/env python3
"""Runs hostile templates, archives and normalisers through cmc, and measures the time and the memory of each.

    Tests/Scripts/check_hostile.py [--program .build/release/cmc] [--seed N] [--only WORD] [templates|archives|normalizers ...]

Each must end by itself with a result, or with exit status 1 and one line on standard error, within 5 seconds of the
processor's time and 500 MB. The templates are those of the tests (hostile_templates.json), written by hand; archives and
normalisers are made from the seed, a hundred each, and each is named by its number and its kind. The last line counts;
the exit status is 1 where one of them did not hold. Needs nothing beside Python.
"""

import argparse
import base64
import json
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import zlib

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TEMPLATES = os.path.join(ROOT, "Tests/Tokenizers/ChatTemplatesTests/Golden/hostile_templates.json")
SECONDS, MEGABYTES, WALL = 5, 500, 60


def text(template):
    """A template of the list: a text, or parts of one, of which some stand there so many times."""
    return template if isinstance(template, str) else "".join(part if isinstance(part, str) else part[0] * part[1] for part in template)


def run(arguments, folder):
    """Exit status, seconds of the processor, megabytes and the error text of a command."""
    with open(os.path.join(folder, ".out"), "wb") as out, open(os.path.join(folder, ".err"), "wb") as err:
        process = subprocess.Popen(arguments, stdout=out, stderr=err, stdin=subprocess.DEVNULL, cwd=folder)
        timer = threading.Timer(WALL, process.kill)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
    with open(os.path.join(folder, ".err"), "rb") as file:
        error = file.read().decode(errors="replace")
    return process.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, error


def fault(status, seconds, megabytes, error):
    """What does not hold, or nothing."""
    lines = [line for line in error.splitlines() if not line.startswith("cmc: note: ")]
    if status not in (0, 1):
        return f"exit status {status}"
    if seconds > SECONDS:
        return f"{seconds:.1f} s"
    if megabytes > MEGABYTES:
        return f"{megabytes:.0f} MB"
    if status == 1 and (len(lines) != 1 or not lines[0].startswith("cmc: ") or len(lines[0]) > 1000):
        return f"{len(lines)} lines of error, {len(error)} characters"
    return None


# MARK: Templates


def templates(program, folder, generator):
    model = os.path.join(ROOT, "Vocabs/demo/models/base-one")
    copy = os.path.join(folder, "model")
    shutil.copytree(model, copy)
    for case in json.load(open(TEMPLATES)):
        with open(os.path.join(copy, "chat_template.jinja"), "w") as file:
            file.write(text(case["template"]))
        yield case["name"], [
            program, "generate", "--user", copy, "--template", "own", "--prompt", "Hello", "--show-prompt",
        ]


# MARK: Archives


def numpy_file(shape, descr="<f4", data=None, header=None):
    header = header or f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}"
    header = header.encode() + b" " * (-(len(header) + 11) % 64) + b"\n"
    if data is None:
        size = 4
        for axis in shape:
            size *= axis
        data = bytes(size)
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header) & 0xFFFF) + header + data


def deflated(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def zeros(count, beginning=b""):
    """Deflated zeros behind a beginning, without holding them."""
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    parts, piece = [packer.compress(beginning)], bytes(1 << 20)
    for _ in range(count >> 20):
        parts.append(packer.compress(piece))
    parts.append(packer.compress(bytes(count & (1 << 20) - 1)))
    checksum = zlib.crc32(beginning)
    for _ in range(count >> 20):
        checksum = zlib.crc32(piece, checksum)
    return b"".join(parts) + packer.flush(), zlib.crc32(bytes(count & (1 << 20) - 1), checksum)


class Entry:
    """A file of an archive, of which everything can be said wrongly."""

    def __init__(self, name, data, pack=True, raw=None, size=None, checksum=None, **more):
        self.name = name if isinstance(name, bytes) else name.encode()
        self.raw = raw if raw is not None else deflated(data) if pack else data
        self.size = size if size is not None else len(data)
        self.checksum = checksum if checksum is not None else zlib.crc32(data)
        self.method = more.get("method", 8 if pack else 0)
        self.flags = more.get("flags", 0)
        self.extra = more.get("extra", b"")
        self.packed = more.get("packed", len(self.raw))
        self.offset = more.get("offset")


def archive(entries, count=None, comment=b"", zip64=None, directory=None):
    body, rows = b"", b""
    for entry in entries:
        offset = entry.offset
        if offset is None:
            offset = len(body)
            body += struct.pack(
                "<IHHHHHIIIHH", 0x04034B50, 20, entry.flags, entry.method, 0, 0, entry.checksum, entry.packed & 0xFFFFFFFF,
                entry.size & 0xFFFFFFFF, len(entry.name), 0) + entry.name + entry.raw
        rows += struct.pack(
            "<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, entry.flags, entry.method, 0, 0, entry.checksum,
            entry.packed & 0xFFFFFFFF, entry.size & 0xFFFFFFFF, len(entry.name), len(entry.extra), 0, 0, 0, 0,
            offset & 0xFFFFFFFF) + entry.name + entry.extra
    start = len(body) if directory is None else directory
    count = len(entries) if count is None else count
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count & 0xFFFF, count & 0xFFFF, len(rows), start & 0xFFFFFFFF, len(comment))
    return body + rows + (zip64 or b"") + end + comment


def pickle_archive(pickle, storage=bytes(64), pack=False, more=()):
    return archive([Entry("a/data.pkl", pickle, pack), Entry("a/data/0", storage, False), *more])


def tensor_pickle(shape, stride, offset=0, count=16, key="0"):
    """A pickle of one tensor as torch writes it."""
    def number(value):
        size = max(1, (value.bit_length() + 8) // 8)
        return b"\x8a" + bytes([size]) + value.to_bytes(size, "little", signed=True)

    def tuple_of(values):
        return b"(" + b"".join(number(value) for value in values) + b"t"

    def text(value):
        return b"X" + struct.pack("<I", len(value)) + value.encode()

    storage = b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text(key) + text("cpu") + number(count) + b"tQ"
    return (
        b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n(" + storage + number(offset) + tuple_of(shape) + tuple_of(stride)
        + b"\x89ccollections\nOrderedDict\n)RtR.")


def archive_kinds(generator):
    whole = numpy_file((4, 8), data=struct.pack("<32f", *[generator.random() for _ in range(32)]))
    large = generator.choice([80, 150, 300]) << 20

    def bomb():
        data = numpy_file((large >> 12, 1024), data=b"")
        raw, checksum = zeros(large, data)
        return archive([Entry("a.npy", b"", raw=raw, size=large + len(data), checksum=checksum)])

    def bomb_without_shape():
        raw, checksum = zeros(large, whole)
        return archive([Entry("a.npy", b"", raw=raw, size=large + len(whole), checksum=checksum)])

    def same_bytes():
        first = Entry("a.npy", whole)
        return archive([first] + [
            Entry(f"b{i}.npy", whole, raw=b"", packed=len(first.raw), offset=0) for i in range(generator.choice([1, 50, 5000]))])

    def inside():
        inner = archive([Entry("a.npy", whole, pack=False)])
        return archive([Entry("b.npy", inner, pack=False), Entry("a.npy", whole, pack=False, raw=b"", packed=len(whole), offset=35)])

    def many():
        count = generator.choice([1000, 30000])
        return archive([Entry(f"{i}.npy", whole, pack=False) for i in range(count)])

    def flipped():
        data = bytearray(archive([Entry("a.npy", whole), Entry("b.npy", whole, pack=False)]))
        for _ in range(generator.randint(1, 8)):
            data[generator.randrange(len(data))] ^= 1 << generator.randrange(8)
        return bytes(data)

    def cut():
        data = archive([Entry("a.npy", whole), Entry("b.npy", whole, pack=False)])
        return data[: generator.randrange(len(data))]

    def zip64():
        value = generator.choice([0, 1, 2**31, 2**32, 2**40, 2**63 - 1, 2**63, 2**64 - 1])
        extra = struct.pack("<HH", 1, 24) + struct.pack("<QQQ", value, value, value)
        return archive([Entry("a.npy", whole, size=0xFFFFFFFF, packed=0xFFFFFFFF, offset=None, extra=extra[: generator.choice([0, 3, 4, 12, 20, 28])])])

    def zip64_end():
        value = generator.choice([0, 1, 2**31, 2**40, 2**63, 2**64 - 1])
        record = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, value, value, value, value)
        locator = struct.pack("<IIQI", 0x07064B50, 0, generator.choice([0, 100, 190, 2**40, 2**64 - 1]), 1)
        return archive([Entry("a.npy", whole)], count=0xFFFF, zip64=record + locator, directory=0xFFFFFFFF)

    def sizes():
        lie = generator.choice([0, 1, len(whole) - 1, len(whole) + 1, 2**20, 2**31 - 1, 2**32 - 2])
        return archive([Entry("a.npy", whole, pack=generator.random() < 0.5, size=lie)])

    def packed():
        return archive([Entry("a.npy", whole, packed=generator.choice([0, 1, 2**31, 2**32 - 2]))])

    def header():
        text = generator.choice([
            "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 9223372036854775807), }",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 8), }",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999999, 8), }",
            "{'descr': '|O', 'fortran_order': False, 'shape': (4, 8), }", "{" * 60000, "(" * 60000, "'" + "a" * 60000,
            "{'shape': (" + "1, " * 20000 + "), 'descr': '<f4', 'fortran_order': False}", "{'descr': '<f4'" + " " * 60000 + "}",
        ])
        return archive([Entry("a.npy", numpy_file((), data=bytes(128), header=text), pack=generator.random() < 0.5)])

    def names():
        name = generator.choice([b"", b"\x1b[31m.npy", b"\xff\xfe.npy", b"../" * 20000 + b".npy", "\u202e.npy".encode(), b"a" * 65000 + b".npy"])
        return archive([Entry(name, whole), Entry(name, whole)][: generator.choice([1, 2])])

    def pickle():
        body = generator.choice([
            b"\x80\x02" + b"]" * 100000 + b"a" * 99999 + b".", b"\x80\x02" + b"(" * 1000000 + b"l" * 1000000 + b".",
            b"\x80\x02]q\x00" + b"".join(b"(h\x00h\x00lq\x00" for _ in range(100000)) + b".",
            b"\x80\x02" + b"".join(b"(%bl" % (b"h\x00" * 10) for _ in range(10)) + b".",
            b"\x80\x02X" + struct.pack("<I", 2**32 - 1) + b"abc.", b"\x80\x02cos\nsystem\nX\x02\x00\x00\x00ls\x85R.",
            b"\x80\x02" + b"\x8a\xff" + bytes(255) + b".", b"\x80\x02" + b"N" * 5000000 + b".",
            b"\x80\x02}" + b"".join(b"q%c" % i for i in range(256)) * 4000 + b".", b"\x80\x02" + b"}K\x01K\x02s" * 500000 + b".",
        ])
        return pickle_archive(body, pack=generator.random() < 0.5)

    def tensor():
        big = generator.choice([2**31, 2**40, 2**62, 2**63 - 1])
        return pickle_archive(tensor_pickle(*generator.choice([
            ((big, big), (0, 0)), ((4, 4), (big, big)), ((4, 4), (4, 1), big), ((big, 1), (1, 1)), ((4, 4), (-4, -1)), ((-4, 4), (4, 1)),
            ((100000, 100000), (0, 0)), ((4, 4), (4, 1), 0, big), ((2, 2), (2, 1), 0, 16, "7"), ((1,) * 5000, (1,) * 5000)])))

    def torch_bomb():
        raw, checksum = zeros(large)
        size = large
        name = generator.choice(["a/byteorder", "a/data.pkl", "a/data/0"])
        entries = [Entry(name, b"", raw=raw, size=size, checksum=checksum)]
        if name != "a/data.pkl":
            entries.append(Entry("a/data.pkl", tensor_pickle((4, 4), (4, 1)), False))
        return archive(entries)

    return [
        ("a bomb", "npz", bomb), ("a bomb whose shape is small", "npz", bomb_without_shape), ("entries of the same bytes", "npz", same_bytes),
        ("an entry in another", "npz", inside), ("many entries", "npz", many), ("flipped bits", "npz", flipped), ("cut short", "npz", cut),
        ("numbers of 64 bits", "npz", zip64), ("an end of 64 bits", "npz", zip64_end), ("a size that is none", "npz", sizes),
        ("a packed size that is none", "npz", packed), ("a header", "npz", header), ("names", "npz", names), ("a pickle", "pt", pickle),
        ("a tensor", "pt", tensor), ("a bomb of torch", "pt", torch_bomb),
        ("a checksum that is wrong", "npz", lambda: archive([Entry("a.npy", whole, checksum=generator.getrandbits(32))])),
        ("a method", "npz", lambda: archive([Entry("a.npy", whole, method=generator.randint(1, 99), flags=generator.choice([0, 1, 8, 0x41]))])),
        ("a count", "npz", lambda: archive([Entry("a.npy", whole)], count=generator.choice([0, 2, 1000, 65535]), comment=bytes(generator.choice([0, 9, 65535])))),
        ("a table elsewhere", "npz", lambda: archive([Entry("a.npy", whole)], directory=generator.choice([0, 1, 2**31, 2**32 - 2]))),
    ]


def archives(program, folder, generator):
    with open(os.path.join(folder, "good.npy"), "wb") as file:
        file.write(numpy_file((4, 8)))
    for number in range(100):
        kinds = archive_kinds(generator)
        kind, suffix, make = kinds[number % len(kinds)]
        path = os.path.join(folder, "bad." + suffix)
        with open(path, "wb") as file:
            file.write(make())
        yield f"archive {number}: {kind}", [program, "sinkhorn", path, "good.npy"]


# MARK: Normalisers


def replace(pattern, content, regex=False):
    return {"type": "Replace", "pattern": {"Regex" if regex else "String": pattern}, "content": content}


def sequence(steps):
    return {"type": "Sequence", "normalizers": steps}


def normalizer_kinds(generator):
    letter = generator.choice("abcdefgh")
    count = generator.choice([2, 10, 1000])
    pattern = generator.choice([
        "(a+)+$", "(a|aa)+b", "(a*)*b", "(.*)*x", "(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)y", "(?=(a+)+b)a", "(a?){30}a{30}", "(a{1,1000}){1,1000}c",
        "(?:a|a|a|a)+z", "a*a*a*a*a*a*a*b", "((a|b)*)*c", "(?<!(a+))b", "(\\w+\\s?)*$z", "(x+x+)+y", "^(([a-z])+.)+[A-Z]([a-z])+$",
    ])

    def charsmap(data):
        return {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(data).decode()}

    def damaged():
        size = generator.choice([0, 4, 1024, 4096])
        trie = bytes(generator.getrandbits(8) for _ in range(size))
        return charsmap(struct.pack("<I", generator.choice([size, size + 4, 0, 2**31, 2**32 - 1, 3])) + trie + bytes(generator.getrandbits(8) for _ in range(64)))

    def nested(depth):
        return None, '{"type":"Sequence","normalizers":[' * depth + '{"type":"NFC"}' + "]}" * depth

    return [
        ("replacements that double", lambda: sequence([replace("a", "aa")] * 60)),
        ("replacements that grow a thousand times", lambda: sequence([replace(letter, letter * 1000)] * 4)),
        ("a replacement that is long", lambda: replace("a", "b" * (1 << 20))),
        ("replacements in turn", lambda: sequence([replace("a", "bb"), replace("b", "aa")] * 1000)),
        ("a pattern that backtracks", lambda: replace(pattern, "-", regex=True)),
        ("patterns that backtrack", lambda: sequence([replace(pattern, "a", regex=True)] * 20)),
        ("a pattern that grows", lambda: sequence([replace("[a-z]", "xyzw" * count, regex=True)] * 6)),
        ("a sequence in a sequence", lambda: nested(generator.choice([10, 100, 1000, 100000]))),
        ("many steps", lambda: sequence([{"type": generator.choice(["NFKD", "NFKC", "Lowercase", "StripAccents", "Nmt", "NFD"])} for _ in range(2000)])),
        ("things put before", lambda: sequence([{"type": "Prepend", "prepend": "a" * 100000}] * 300)),
        ("bytes as letters", lambda: sequence([{"type": "ByteLevel"}] * 40)),
        ("a damaged map", damaged),
        ("an empty map", lambda: charsmap(b"")),
        ("a pattern of many words", lambda: replace("|".join(f"w{i}" for i in range(generator.choice([1000, 50000]))), "-", regex=True)),
        ("a pattern of many brackets", lambda: replace("(" * count * 100 + "a" + ")" * count * 100, "-", regex=True)),
        ("counts within counts", lambda: replace("(" * 5 + "a" + "{1000})" * 4 + "{1000})", "-", regex=True)),
        ("a class of many", lambda: replace("[" + "".join(chr(0x4E00 + 2 * i) for i in range(10000)) + "]", "-", regex=True)),
        ("classes within classes", lambda: replace("[" * count * 50 + "a" + "]" * count * 50, "-", regex=True)),
        ("a pattern that matches nothing", lambda: replace(generator.choice(["", "a*", "(?=a)", "$", "\\b", "(?:)"]), "-", regex=True)),
        ("text that is no pattern", lambda: replace("".join(generator.choice("()[]{}*+?|\\^$.ab<>!=:-&0x\u0301") for _ in range(count * 10)), "-", regex=True)),
        ("brackets in the file", lambda: (None, "[" * 1000000)),
        ("objects in the file", lambda: (None, '{"a":' * generator.choice([500, 5000, 500000]) + "1" + "}" * 10)),
        ("a long name", lambda: {"type": "N" * 5000000}),
        ("numbers for texts", lambda: {"type": "Replace", "pattern": {"String": 10**400}, "content": -1}),
        ("a splitting pattern that backtracks", lambda: ({"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False}, None)),
    ]


def normalizers(program, folder, generator):
    vocabulary = {chr(33 + i): i for i in range(94)}
    with open(os.path.join(folder, "text"), "w") as file:
        file.write("a" * 12000 + " abcdefgh" * 500 + "\n" + "ä\u0301 ﷺ x" * 200)
    for number in range(100):
        kinds = normalizer_kinds(generator)
        kind, make = kinds[number % len(kinds)]
        value = make()
        normalizer, words, raw = value, None, None
        if isinstance(value, tuple):
            normalizer, (words, raw) = None, value
        parts = {
            "version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": "HERE" if raw else normalizer,
            "pre_tokenizer": words, "post_processor": None, "decoder": None,
            "model": {"type": "BPE", "vocab": vocabulary, "merges": []},
        }
        path = os.path.join(folder, "tokenizer.json")
        with open(path, "w") as file:
            file.write(json.dumps(parts).replace('"HERE"', raw) if raw else json.dumps(parts))
        yield f"normaliser {number}: {kind}", [program, "tokenize", path, "--file", "text", "--ids"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=os.path.join(ROOT, ".build/release/cmc"))
    parser.add_argument("--seed", type=int, default=14)
    parser.add_argument("--only", default="", help="only those whose name has this in it")
    parser.add_argument("--verbose", action="store_true", help="print each")
    parser.add_argument("kinds", nargs="*", default=["templates", "archives", "normalizers"])
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.program)
    count, faults, most = 0, 0, {"seconds": 0.0, "megabytes": 0.0}
    for kind in arguments.kinds:
        generator = random.Random(f"{arguments.seed} {kind}")
        with tempfile.TemporaryDirectory() as folder:
            for name, command in globals()[kind](program, folder, generator):
                if arguments.only not in name:
                    continue
                status, seconds, megabytes, error = run(command, folder)
                found = fault(status, seconds, megabytes, error)
                count += 1
                faults += found is not None
                most = {"seconds": max(most["seconds"], seconds), "megabytes": max(most["megabytes"], megabytes)}
                if found or arguments.verbose:
                    print(f"{'FAULT ' + found if found else 'ok':24} {seconds:5.2f} s {megabytes:4.0f} MB  {name}: {error[:200].strip()}", flush=True)
    print(f"{count} inputs, {faults} faults; at most {most['seconds']:.2f} s and {most['megabytes']:.0f} MB")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
