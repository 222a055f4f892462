"""What a folder of state remembers from run to run, beside the cloud's own state."""

import json
import os
from pathlib import Path


class Memory:
    """Whole numbers by name in one small file; a damaged file is an empty one."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def get(self, name: str) -> int | None:
        """Return what is remembered under `name`."""
        return self._read().get(name)

    def put(self, name: str, value: int) -> None:
        """Remember `value`; a crash leaves the old file or the new one."""
        beside = self._file.with_suffix(f".{os.getpid()}")
        beside.write_text(json.dumps(self._read() | {name: value}) + "\n")
        beside.replace(self._file)

    def _read(self) -> dict[str, int]:
        try:
            content = json.loads(self._file.read_text())
        except (OSError, ValueError):
            return {}
        pairs = content.items() if isinstance(content, dict) else ()
        return {name: value for name, value in pairs if isinstance(value, int)}
