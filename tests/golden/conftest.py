"""What the golden months are told with.

`pytest tests/golden --update-golden` writes their texts anew; a person reads what differs.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

import pytest

from local.cloudstack.simulator import Simulator
from tests.golden.checks import check, check_text
from tests.golden.measured import Record
from tests.golden.story import Story
from tests.oracle import Prices

Check = Callable[..., None]


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A CloudStack of which only what a story says was measured."""
    with Simulator(today=date(2027, 6, 1), records=[]) as simulator:
        yield simulator


@pytest.fixture(scope="session")
def golden(request: pytest.FixtureRequest) -> Check:
    """Compares a story with its file, or writes that anew; and reckons all of it again.

    A story that is told several times is written once: the others must be the same.
    See `check` for the arguments.
    """
    is_to_write = bool(request.config.getoption("--update-golden"))
    written: set[str] = set()

    def compare(
        story: Story,
        name: str,
        *months: str,
        prices: Mapping[str, Sequence[Prices]] | None = None,
        measured: Sequence[Record] | None = None,
    ) -> None:
        check(story, prices or {}, measured)
        check_text(story.end(*months), name, update=is_to_write and name not in written)
        written.add(name)

    return compare
