"""The command ``mfa-flow tenant`` as a process, and its control API."""

import json
import subprocess
import sys
import urllib.parse
import urllib.request


class RunningTenant:
    """A tenant in a process of its own, for as long as the block lasts."""

    def __init__(self, *command):
        command = command or ("-c", "from mfa_flow.cli import main; main()", "tenant")
        self._process = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True)
        self.url = json.loads(self._process.stdout.readline())["url"]

    def __enter__(self):
        return self

    def __exit__(self, *raised):
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def ask(self, path, body=None, **query):
        """What the control API says."""
        address = f"{self.url}/_tenant/{path}" + (f"?{urllib.parse.urlencode(query)}" if query else "")
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(address, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(asked, timeout=30) as reply:
            return json.loads(reply.read())
