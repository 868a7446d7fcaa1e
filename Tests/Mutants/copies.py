"""The copy of the tree in which the mutants live."""

import hashlib
import json
import pathlib
import subprocess

from mutants import C_ENDINGS, C_SWITCH, SWIFT_SWITCH, MutantError, mutate

# Tests run programs with an environment of their own, so the switch can also stand in this file.
SWITCH_FILE = "active-mutant"
INJECTED = "CMCMutant.swift"


def tracked(root):
    """The files of a checkout, new ones that are not ignored included."""
    output = subprocess.run(
        ["git", "-C", root, "ls-files", "-co", "--exclude-standard", "-z"], check=True, capture_output=True).stdout
    return sorted(path for path in output.decode().split("\0") if path and (root / path).is_file())


def write(path, content):
    """Writes only what differs, so that a second build compiles little."""
    if path.is_file() and not path.is_symlink() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def target_folders(root):
    """The folder of each target of the manifest."""
    output = subprocess.run(
        ["swift", "package", "--package-path", root, "dump-package"], check=True, capture_output=True).stdout
    folders = {}
    for target in json.loads(output)["targets"]:
        parent = "Tests" if target["type"] == "test" else "Sources"
        folders[target.get("path") or f"{parent}/{target['name']}"] = target["name"]
    return folders


def target_of(path, folders):
    """The folder and the name of the target that a file belongs to."""
    for parent in pathlib.Path(path).parents:
        if str(parent) in folders:
            return str(parent), folders[str(parent)]
    raise MutantError(f"{path} belongs to no target")


def make(root, copy, mutants, folders):
    """Copies the tree with all switches in it; gives a name for what was copied."""
    switch = str(copy.parent / SWITCH_FILE)
    wanted = set()
    digest = hashlib.sha256()

    def put(path, content):
        write(copy / path, content)
        wanted.add(path)

    for path in tracked(root):
        content = (root / path).read_bytes()
        if not path.startswith("Tests/Mutants/"):
            digest.update(path.encode() + b"\0" + hashlib.sha256(content).digest())
        own = [m for m in mutants if m.path == path and m.kind != "rebuild"]
        if own:
            text = mutate(content.decode(), own)
            if pathlib.Path(path).suffix in C_ENDINGS:
                text = C_SWITCH.replace('"FILE"', f'"{switch}"') + text
            content = text.encode()
        if path == "Package.swift":
            # The switches may make warnings, which are no errors here.
            content = content.replace(b".treatAllWarnings(as: .error)", b'.define("CMC_MUTANTS")')
        put(path, content)
    for folder in {target_of(m.path, folders)[0] for m in mutants if m.path.endswith(".swift")}:
        put(f"{folder}/{INJECTED}", SWIFT_SWITCH.replace('"FILE"', f'"{switch}"').encode())
    # Not tracked, and says which versions of the dependencies the checkout has.
    if (root / "Package.resolved").is_file():
        put("Package.resolved", (root / "Package.resolved").read_bytes())
    for path in copy.rglob("*"):
        name = str(path.relative_to(copy))
        isOurs = not name.startswith((".build", "Vocabs/real"))
        if isOurs and path.is_file() and name not in wanted:
            path.unlink()
    real, linked = root / "Vocabs/real", copy / "Vocabs/real"
    if real.is_dir() and not linked.exists():
        linked.symlink_to(real.resolve())
    return digest.hexdigest()[:16]
