"""Sessions opened by `login`: a cookie, and a key the caller must repeat."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from local.cloudstack.errors import NotVerified
from local.cloudstack.estate import User

COOKIE = "JSESSIONID"
TIMEOUT_SECONDS = 1800


@dataclass(slots=True)
class Session:
    """One sign-in; `verified` is false while a second factor is due."""

    user: User
    id: str = field(default_factory=lambda: f"node0{secrets.token_hex(16)}")
    key: str = field(default_factory=lambda: secrets.token_urlsafe(20))
    verified: bool = True
    used_at: float = 0.0


class Sessions:
    """All sessions of the server; they end by logout or after half an hour unused."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._open: dict[str, Session] = {}
        self._lock = Lock()

    def open(self, user: User) -> Session:
        """Return a new session of a user."""
        session = Session(user, verified=not user.two_factor, used_at=self._clock())
        with self._lock:
            self._open[session.id] = session
        return session

    def find(self, cookies: dict[str, str], key: str | None) -> Session | None:
        """Return the session of the cookie, or None where there is none.

        Raises:
            NotVerified: there is one but the key is missing or wrong; it is closed.
        """
        with self._lock:
            session = self._open.get(cookies.get(COOKIE, ""))
            if session is None:
                return None
            if self._clock() - session.used_at > TIMEOUT_SECONDS:
                del self._open[session.id]
                return None
            given = [each for each in (key, cookies.get("sessionkey")) if each is not None]
            if not given or any(each != session.key for each in given):
                del self._open[session.id]
                raise NotVerified("unable to verify user credentials")
            session.used_at = self._clock()
            return session

    def close(self, session_id: str) -> None:
        """End a session; nothing happens where there is none."""
        with self._lock:
            self._open.pop(session_id, None)
