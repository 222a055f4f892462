"""`python -m local.cloudstack`: the simulator as a process, until it is interrupted."""

import argparse
import signal
import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from threading import Event

from local.cloudstack.signing import DIGESTS
from local.cloudstack.simulator import DEFAULT_LOAD_ACCOUNTS, Simulator
from local.cloudstack.versions import DEFAULT_VERSION, VERSIONS
from local.cloudstack.windows import MINUTES_OF_DAY


def main(words: Sequence[str] | None = None) -> int:
    """Return the exit status once a signal has stopped the simulator."""
    options = _options(words)
    try:
        simulator = Simulator(
            port=options.port,
            seed=options.seed,
            today=options.today,
            now=options.now,
            version=options.version,
            time_zone=options.time_zone,
            aggregation_minutes=options.aggregation_minutes,
            aggregation_time_zone=options.aggregation_time_zone,
            records_per_day=options.records_per_day,
            accounts=options.accounts,
            random_ids=options.random_ids,
            state=options.state,
            algorithms=options.signature or ("HmacSHA1",),
            enforce_expiry=options.enforce_expiry,
        )
    except (OSError, OverflowError, ValueError) as error:
        print(f"the CloudStack simulator cannot start: {error}", file=sys.stderr)
        return 1
    stopped = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with simulator:
        print(
            f"CloudStack simulator at {simulator.url}, today {simulator.today}, "
            f"usage since {simulator.clock.history_start}",
            flush=True,
        )
        stopped.wait()
    return 0


def _options(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.cloudstack", description=__doc__)
    add = parser.add_argument
    add("--port", type=int, default=8081, help="on 127.0.0.1; 0 for a free one")
    add("--seed", type=int, default=1, help="what the sample usage is drawn from")
    add("--today", type=date.fromisoformat, help="instead of the real UTC day, YYYY-MM-DD")
    add("--now", type=datetime.fromisoformat, help="instead, an instant with its offset")
    add("--version", default=DEFAULT_VERSION, help=f"{', '.join(VERSIONS)}, or a later release")
    add("--time-zone", default="UTC", help="of the management server, IANA name")
    add("--aggregation-minutes", type=int, default=MINUTES_OF_DAY, help="1440 days, 60 hours")
    add("--aggregation-time-zone", default="UTC", help="whose days those are, IANA name")
    add("--records-per-day", type=int, help="that much load instead of the sample usage")
    add("--accounts", type=int, default=DEFAULT_LOAD_ACCOUNTS, help="that share the load")
    add("--random-ids", action="store_true", help="the load has ids like a real cloud's")
    add("--state", type=Path, help="file that keeps the days moved over a restart")
    add("--signature", action="append", choices=sorted(DIGESTS), help="may be repeated")
    add("--enforce-expiry", action="store_true", help="refuse signatures without `expires`")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
