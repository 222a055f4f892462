"""`python -m benchmarks [measure ...]`: one line of JSON for each measure, on standard output.

Each runs in a process of its own, so that none meets another's clients, caches or memory.
"""

import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module

MEASURES = (
    "page_pipeline",
    "overview_reads",
    "aws_cost",
    "collect_memory",
    "rerun_writes",
    "cold_start",
    "aggregate_write_cpu",
    "tariff_scaling",
    "invoice_requests",
)


def main(names: Sequence[str]) -> int:
    """Run the measures named, all where none is; return the exit status."""
    unknown = sorted(set(names) - set(MEASURES))
    if unknown:
        print(f"no such measure: {', '.join(unknown)}; there are {', '.join(MEASURES)}")
        return 2
    if len(names) == 1:
        print(import_module(f"benchmarks.{names[0]}").measure().line(), flush=True)
        return 0
    failed = 0
    for name in names or MEASURES:
        print(f"{name} ...", file=sys.stderr, flush=True)
        command = [sys.executable, "-m", "benchmarks", name]
        failed += subprocess.run(command, check=False).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
