"""One structured line for each run."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from typing import Any

import msgspec


class RunLine:
    """What a run says about itself when it is over."""

    def __init__(self) -> None:
        self.words: dict[str, object] = {}

    def add(self, outcome: Any = None, **words: object) -> None:
        """Add the fields of `outcome`, a dataclass, and `words`."""
        if is_dataclass(outcome) and not isinstance(outcome, type):
            self.words.update(asdict(outcome))
        self.words.update(words)


@contextmanager
def run_line(run: str, **words: object) -> Iterator[RunLine]:
    """Print one line of JSON when the block ends: run, words, what was added, error, ms."""
    line, started = RunLine(), time.monotonic()
    line.add(None, **words)
    try:
        yield line
    except Exception as error:
        line.add(None, error=f"{type(error).__name__}: {error}")
        raise
    finally:
        ms = round(1000 * (time.monotonic() - started))
        text = msgspec.json.encode({"run": run, **line.words, "ms": ms}).decode()
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
