"""The whole product as a fixture: import `running_site` into a conftest.py."""

from collections.abc import Iterator
from datetime import date

import pytest

from local.stack import LocalStack

# The day it is in CloudStack; nothing depends on what day it is elsewhere.
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="session")
def running_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """The deployed product with the sample accounts, collected and rated up to yesterday.

    It is shared by the whole session: a test that changes something uses an account or a
    budget of its own, or puts back what was there.
    """
    with LocalStack(tmp_path_factory.mktemp("site"), today=TODAY) as site:
        yield site
