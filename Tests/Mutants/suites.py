"""Runs test suites of the copy, with a mutant or without."""

import os
import re
import signal
import subprocess
import threading
import time

RAN = re.compile(r"Test run with (\d+) tests?\b")
ISSUE = re.compile(r"Test (.+?) recorded an issue")


class NoTests(Exception):
    """A filter that no test passes: a mutant would seem to survive it."""


class Suites:
    """The built tests of the copy."""

    def __init__(self, copy, scratch):
        bundles = sorted((scratch / "release").glob("*.xctest"))
        if len(bundles) != 1:
            raise NoTests(f"{len(bundles)} test bundles in {scratch / 'release'}")
        self.bundle = bundles[0]
        self.copy = copy
        self.switch = copy.parent / "active-mutant"

    def run(self, suite, number, limit):
        """Runs until the first issue; gives (outcome, detail, tests, seconds), the outcome passed, failed, crashed or timeout."""
        self.switch.write_text(f"{number}\n")
        environment = dict(os.environ, CMC_MUTANT=str(number))
        start = time.monotonic()
        process = subprocess.Popen(
            [self.bundle, "--testing-library", "swift-testing", "--filter", rf"^{suite}\."], cwd=self.copy,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=environment,
            start_new_session=True)
        isLate = threading.Event()

        def stop():
            isLate.set()
            kill(process)

        timer = threading.Timer(limit, stop)
        timer.start()
        issue, count, last = None, 0, ""
        try:
            for line in process.stdout:
                text = line.decode(errors="replace").strip()
                last = text or last
                if found := RAN.search(text):
                    count = int(found.group(1))
                if number and (found := ISSUE.search(text)):
                    issue = found.group(1)
                    kill(process)
                    break
                if not number and (found := ISSUE.search(text)):
                    issue = issue or found.group(1)
        finally:
            timer.cancel()
            process.stdout.close()
            status = process.wait()
            kill(process)
            self.switch.write_text("0\n")
        seconds = time.monotonic() - start
        if issue:
            return "failed", issue, count, seconds
        if isLate.is_set():
            return "timeout", f"after {limit:.0f} s", count, seconds
        if status != 0:
            return "crashed", f"status {status}: {last[:120]}", count, seconds
        if count == 0:
            raise NoTests(f"no test ran with --filter {suite}")
        return "passed", "", count, seconds


def kill(process):
    """Ends a process and what it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
