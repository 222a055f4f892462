"""Windows of a day each, of connections that nobody else uses."""

from datetime import UTC, datetime, timedelta
from itertools import count

from chalicelib.metering.windows import Window
from chalicelib.periods import Period

FIRST = datetime(2026, 11, 10, tzinfo=UTC)
_numbers = count()


def new_connection() -> str:
    """Return the name of a connection that no other test has."""
    return f"c{next(_numbers)}"


def day(connection: str, number: int) -> Window:
    """Return the window of the day that is `number` days after the first."""
    start = FIRST + timedelta(days=number)
    return Window(connection, Period(start, start + timedelta(days=1)))
