"""Drives a headless Chromium through its DevTools protocol, over a pair of pipes: nothing but Python is needed."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
import urllib.parse


class Browser:
    """One Chromium with one page; a context manager."""

    def __init__(self, width=1280, height=900):
        program = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
        if program is None:
            raise SystemExit("no Chromium: install Debian's package 'chromium' (.ci/packages --checks)")
        self.folder = tempfile.mkdtemp(prefix="cmc-browser-")
        ours_read, theirs_write = os.pipe()
        theirs_read, ours_write = os.pipe()

        def pipes():
            # Chromium reads commands from descriptor 3 and writes answers to 4.
            read, write = os.dup(theirs_read), os.dup(theirs_write)
            os.dup2(read, 3)
            os.dup2(write, 4)

        options = [
            "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--hide-scrollbars", "--font-render-hinting=none", f"--user-data-dir={self.folder}",
            f"--window-size={width},{height}", "about:blank",
        ]
        self.process = subprocess.Popen(
            [program, *options], preexec_fn=pipes, pass_fds=(3, 4, theirs_read, theirs_write), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(theirs_read)
        os.close(theirs_write)
        self.input, self.output = ours_write, ours_read
        self.buffer, self.events, self.number = b"", [], 0
        target = self.call("Target.getTargets", session=None)["targetInfos"]
        page = next(info["targetId"] for info in target if info["type"] == "page")
        self.session = self.call("Target.attachToTarget", {"targetId": page, "flatten": True}, session=None)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.size(width, height)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.call("Browser.close", session=None)
        except (EOFError, OSError, TimeoutError):
            pass
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def call(self, method, parameters=None, session=""):
        """Sends a command and gives its result; events that come meanwhile are kept."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters or {}}
        if session is not None:
            message["sessionId"] = session or self.session
        data, sent = json.dumps(message).encode() + b"\0", 0
        while sent < len(data):
            sent += os.write(self.input, data[sent:])
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def receive(self, timeout=60):
        end = time.monotonic() + timeout
        while b"\0" not in self.buffer:
            if not select.select([self.output], [], [], max(0, end - time.monotonic()))[0]:
                raise TimeoutError("Chromium does not answer")
            part = os.read(self.output, 1 << 20)
            if not part:
                raise EOFError("Chromium has ended")
            self.buffer += part
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def size(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})

    def scheme(self, name, media=""):
        self.call("Emulation.setEmulatedMedia", {"media": media, "features": [{"name": "prefers-color-scheme", "value": name}]})

    def open(self, path, fragment=""):
        """Opens a file from a blank page, and waits until its scripts have run."""
        for url in ("about:blank", "file://" + urllib.parse.quote(os.path.abspath(path)) + fragment):
            self.events.clear()
            answer = self.call("Page.navigate", {"url": url})
            if "errorText" in answer:
                raise RuntimeError(f"{url}: {answer['errorText']}")
            while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
                self.events.append(self.receive())
        self.run("new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)))")

    def run(self, script):
        """The value of a script's last expression; promises are awaited."""
        result = self.call("Runtime.evaluate", {"expression": script, "returnByValue": True, "awaitPromise": True})
        if "exceptionDetails" in result:
            raise RuntimeError(f"{script}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def press(self, key, text=""):
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", {"type": kind, "key": key, "code": key, "text": text if kind == "keyDown" else "",
                                                 "windowsVirtualKeyCode": {"Enter": 13, "Tab": 9, "Escape": 27}.get(key, 0)})

    def complaints(self):
        """Errors and warnings of the console, exceptions, and requests for anything but the file and its own data."""
        self.run("0")
        found = []
        for event in self.events:
            method, values = event.get("method"), event.get("params", {})
            if method == "Runtime.exceptionThrown":
                found.append(f"exception: {values['exceptionDetails']}")
            elif method == "Runtime.consoleAPICalled" and values["type"] in ("error", "warning", "assert"):
                found.append(f"console: {values['args']}")
            elif method == "Log.entryAdded" and values["entry"]["level"] in ("error", "warning"):
                found.append(f"log: {values['entry']['text']}")
            elif method == "Network.requestWillBeSent":
                url = values["request"]["url"]
                if not url.startswith(("data:", "about:", "blob:")) and not (url.startswith("file://") and values["type"] == "Document"):
                    found.append(f"request: {url}")
        return found

    def screenshot(self, path, full=False):
        options = {"format": "png"}
        if full:
            box = self.call("Page.getLayoutMetrics")["cssContentSize"]
            options |= {"captureBeyondViewport": True, "clip": {"x": 0, "y": 0, "width": box["width"], "height": min(box["height"], 6000), "scale": 1}}
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.call("Page.captureScreenshot", options)["data"]))
