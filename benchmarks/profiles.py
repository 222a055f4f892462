"""Where the time of a measure goes."""

import cProfile
import pstats
import time
from collections.abc import Callable

from benchmarks.figures import rounded

HOTTEST = 14


def profile(work: Callable[[], object], rounds: int = 1) -> dict[str, float]:
    """Return the functions that take most CPU time by themselves, in percent of all."""
    # CPU time, so that waiting for the emulated AWS is not counted.
    profiler = cProfile.Profile(time.thread_time)
    profiler.enable()
    for _ in range(rounds):
        work()
    profiler.disable()
    stats = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
    own: dict[str, float] = {}
    for (file, _, function), (_, _, seconds, _, _) in stats.items():
        name = f"{file.rpartition('/')[2]}:{function}" if file != "~" else function
        own[name] = own.get(name, 0.0) + seconds
    hottest = sorted(own.items(), key=lambda each: -each[1])[:HOTTEST]
    return {name: rounded(100 * seconds / sum(own.values())) for name, seconds in hottest}
