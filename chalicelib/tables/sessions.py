"""The sessions table: who is signed in, and who failed to too often."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from chalicelib.accounts import Identity, Role
from chalicelib.errors import NotSignedIn, TooManyAttempts
from chalicelib.tables.attributes import CountAttribute, Document, updated

_SESSION, _ATTEMPTS = "session", "attempts"
_MOST_FAILURES = 10
_FORGOTTEN_AFTER = timedelta(minutes=15)


class SessionDocument(Document):
    """A session; pk is the SHA-256 of its token, which itself is stored nowhere."""

    class Meta:
        suffix = "sessions"
        table_name = suffix

    user = UnicodeAttribute()
    name = UnicodeAttribute()
    role = UnicodeAttribute()
    connection = UnicodeAttribute()
    account = UnicodeAttribute()
    expires_at = CountAttribute()


class AttemptsDocument(Document):
    """Failed sign-ins of one user name; DynamoDB forgets them after a while."""

    class Meta:
        suffix = "sessions"
        table_name = suffix

    failures = CountAttribute()
    expires_at = CountAttribute()


class SessionsTable:
    """Sessions by their token."""

    def open(self, token: str, identity: Identity, expires_at: datetime) -> None:
        """Record who holds `token` until `expires_at`."""
        SessionDocument(
            _digest(token),
            _SESSION,
            user=identity.user,
            name=identity.name,
            role=identity.role.value,
            connection=identity.connection,
            account=identity.account,
            expires_at=int(expires_at.timestamp()),
        ).save()

    def holder(self, token: str, now: datetime) -> tuple[Identity, datetime]:
        """Return who holds `token`, and until when.

        Raises:
            NotSignedIn: nobody, or no longer.
        """
        row = _session(token)
        expires_at = datetime.fromtimestamp(row.expires_at, UTC)
        # DynamoDB removes expired rows within days, not at once.
        if expires_at <= now:
            raise NotSignedIn("your session has expired; please sign in again")
        identity = Identity(row.user, row.name, Role(row.role), row.connection, row.account)
        return identity, expires_at

    def close(self, token: str) -> None:
        """Forget a session."""
        SessionDocument(_digest(token), _SESSION).delete()

    def check_attempts(self, name: str, now: datetime) -> None:
        """Do nothing, unless `name` failed to sign in too often.

        Raises:
            TooManyAttempts: for a quarter of an hour.
        """
        try:
            row = AttemptsDocument.get(_digest(name), _ATTEMPTS)
        except DoesNotExist:
            return
        if row.failures >= _MOST_FAILURES and row.expires_at > now.timestamp():
            raise TooManyAttempts("too many failed sign-ins; wait 15 minutes and try again")

    def forget_failures(self, name: str) -> None:
        """Begin counting anew after a good sign-in."""
        AttemptsDocument(_digest(name), _ATTEMPTS).delete()

    def note_failure(self, name: str, now: datetime) -> None:
        """Count a failed sign-in; counting starts anew a quarter of an hour after the first."""
        row = AttemptsDocument(_digest(name), _ATTEMPTS)
        until = int((now + _FORGOTTEN_AFTER).timestamp())
        counted = AttemptsDocument.expires_at > int(now.timestamp())
        if not updated(
            row, [AttemptsDocument.failures.set(AttemptsDocument.failures + 1)], counted
        ):
            updated(row, [AttemptsDocument.failures.set(1), AttemptsDocument.expires_at.set(until)])


def _session(token: str) -> SessionDocument:
    """Return a session; only one that seems missing costs a consistent read."""
    for consistent in (False, True):
        try:
            return SessionDocument.get(_digest(token), _SESSION, consistent_read=consistent)
        except DoesNotExist:
            continue
    raise NotSignedIn("please sign in")


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
