"""A simulator to call, and a caller that signs with keys or uses a session."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
import requests

from local.cloudstack import Simulator
from local.cloudstack.estate import BILLING_USER, User
from local.cloudstack.signing import signature_of

TODAY = date(2026, 11, 23)


@dataclass
class Caller:
    """Calls one simulator; `http` keeps cookies, so that a login holds, `bare` has none."""

    url: str
    http: requests.Session = field(default_factory=requests.Session)
    bare: requests.Session = field(default_factory=requests.Session)

    def signed(
        self, user: User, command: str, *, algorithm: str = "HmacSHA1", **parameters: object
    ) -> dict[str, str]:
        """Return the parameters of a signed call."""
        named = {"command": command, "response": "json", "apiKey": user.api_key}
        named |= {name: str(value) for name, value in parameters.items()}
        return named | {"signature": signature_of(named, user.secret_key, algorithm)}

    def __call__(
        self, command: str, *, user: User = BILLING_USER, method: str = "GET", **parameters: object
    ) -> requests.Response:
        """Return the answer to a signed call without a session."""
        sent = self.signed(user, command, **parameters)
        kind = {"params": sent} if method == "GET" else {"data": sent}
        return self.bare.request(method, self.url, timeout=10, **kind)

    def content(self, command: str, **parameters: object) -> dict:
        """Return what is inside the envelope of a good answer."""
        answer = self(command, **parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()[f"{command.lower()}response"]

    def usage(self, **parameters: object) -> dict:
        """Return the content of listUsageRecords, 10 November unless said otherwise."""
        bounds = {"startdate": "2026-11-10", "enddate": "2026-11-10"}
        return self.content("listUsageRecords", **(bounds | parameters))

    def login(self, username: str, password: str, domain: str) -> requests.Response:
        """Return the answer to a login; its cookies stay."""
        form = {"command": "login", "username": username, "password": password}
        form |= {"domain": domain, "response": "json"}
        return self.http.post(self.url, data=form, timeout=10)

    def in_session(self, command: str, **parameters: object) -> requests.Response:
        """Return the answer to a call that only the cookies vouch for."""
        named = {"command": command, "response": "json", **parameters}
        return self.http.get(self.url, params=named, timeout=10)


@pytest.fixture(scope="session")
def standing() -> Iterator[Simulator]:
    """A simulator nobody changes."""
    with Simulator(today=TODAY) as simulator:
        yield simulator


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A simulator of one test's own."""
    with Simulator(today=TODAY) as simulator:
        yield simulator


@pytest.fixture
def caller_of() -> Callable[[Simulator], Caller]:
    """Make a caller of a simulator."""
    return lambda simulator: Caller(simulator.url)


@pytest.fixture
def call(standing: Simulator) -> Caller:
    """A caller of the simulator nobody changes."""
    return Caller(standing.url)


@pytest.fixture
def in_minutes() -> Callable[[int], str]:
    """Write an instant so many minutes from now, with its offset."""
    return lambda minutes: (datetime.now(UTC) + timedelta(minutes=minutes)).strftime(
        "%Y-%m-%dT%H:%M:%S%z"
    )
