"""`make conformance`: the table tests once more, against DynamoDB Local instead of the emulator.

DynamoDB Local is Amazon's own and stricter in places, but it is a download of its own
licence, so it is used where it is and not fetched.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from deployment.packaging import PROJECT
from local.processes import LOOPBACK, free_port

TESTS = ("tests/tables",)
READY_SECONDS = 30.0


def main() -> int:
    """Run the table tests where DynamoDB Local is; return the exit status."""
    folder = os.environ.get("DYNAMODB_LOCAL", "")
    jar = Path(folder) / "DynamoDBLocal.jar"
    java = shutil.which("java")
    if not folder or not jar.exists() or java is None:
        print(
            "Not run: this needs java and DynamoDB Local; download it from AWS, unpack it and "
            "name its folder: make conformance DYNAMODB_LOCAL=/path/to/it",
            file=sys.stderr,
        )
        return 2
    port, libraries = free_port(), f"-Djava.library.path={jar.parent / 'DynamoDBLocal_lib'}"
    with tempfile.TemporaryDirectory() as work:
        server = subprocess.Popen(
            [java, libraries, "-jar", str(jar), "-inMemory", "-port", str(port)],
            cwd=work,
            stdout=subprocess.DEVNULL,
        )
        try:
            _wait(port)
            return _run_tests(port)
        finally:
            server.terminate()
            server.wait()


def _wait(port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://{LOOPBACK}:{port}", timeout=1).close()
        except urllib.error.HTTPError:
            # It answers 400 to a request that is none of DynamoDB's: it is there.
            return
        except OSError:
            time.sleep(0.2)


def _run_tests(port: int) -> int:
    endpoint = {"AWS_ENDPOINT_URL_DYNAMODB": f"http://{LOOPBACK}:{port}"}
    command = [sys.executable, "-m", "pytest", *TESTS]
    return subprocess.run(command, check=False, cwd=PROJECT, env=os.environ | endpoint).returncode


if __name__ == "__main__":
    sys.exit(main())
