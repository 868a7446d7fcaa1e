#!/usr/bin/env python3
"""Coverage of a corpus of many files on a Ray cluster.

    ray_coverage.py [--shards N] [--workers N] FOLDER OUT cmc-coverage-arguments...
    ray_coverage.py --shards 64 shards c4.json map.json --corpus c4/part-*.json.gz --field text

Each row of a Ray data set is a shard; a worker counts it with `cmc coverage --shard k/n`, and the driver joins the counts. A
shard whose worker is lost is counted again from its last checkpoint, where FOLDER is one that all nodes see. It needs `ray[data]`,
and the program as CMC or `cmc` on every node; RAY_ADDRESS names the cluster, without it workers run on this machine.
"""

import argparse
import os
import pathlib
import subprocess
import sys

import ray

PROGRAM = os.environ.get("CMC", "cmc")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--shards", type=int, default=8)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("out")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    # Names in results are those of the arguments, so workers read them from the driver's folder.
    here = os.getcwd()
    command = [PROGRAM, "coverage", *options.arguments]

    def count(row):
        """Counts a shard; says what went wrong rather than raise, so that the driver can name it."""
        shard = f"{row['id']}/{options.shards}"
        output = str(folder / f"{row['id']}.shard")
        run = subprocess.run([*command, "--shard", shard, "-o", output, "--quiet"], cwd=here, capture_output=True, text=True)
        return {"shard": shard, "output": output, "status": run.returncode, "error": run.stderr.strip()}

    ray.init(address=os.environ.get("RAY_ADDRESS"), num_cpus=None if "RAY_ADDRESS" in os.environ else options.workers)
    # One row a task: a shard is the unit that is done again.
    shards = ray.data.range(options.shards, override_num_blocks=options.shards)
    rows = shards.map(count, num_cpus=1).take_all()
    ray.shutdown()
    failed = [row for row in rows if row["status"] != 0]
    for row in failed:
        print(f"shard {row['shard']}: {row['error']}", file=sys.stderr)
    if failed:
        sys.exit(1)
    sys.exit(subprocess.run([PROGRAM, "merge", options.out, *(row["output"] for row in rows)]).returncode)


if __name__ == "__main__":
    main()
