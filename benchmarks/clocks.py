"""CPU time of contenders, taken in turns: what slows the machine slows all of them."""

import time
from collections.abc import Callable, Mapping
from statistics import median


def cpu_seconds(contenders: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the median CPU seconds of this thread that each contender takes, by its name."""
    for contender in contenders.values():
        contender()
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, contender in contenders.items():
            began = time.thread_time()
            contender()
            taken[name].append(time.thread_time() - began)
    return {name: median(times) for name, times in taken.items()}
