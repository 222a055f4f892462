"""The ledger table: postings, how accounts stand, payments and top-ups.

    LedgerTable(connection)
    .standing(account, currency) -> Seen
    .standings() -> Iterator[Seen]
    .post(posting, *, seen, fact=None, follow=None, billing=None, also=()) -> bool
    .put_follow(seen, follow, billing=None, also=())
    .posting(account, posting_id) -> Posting | None
    .postings(account, since=None, until=None) -> list[Posting]
    .payments(month, after="", limit=100), .top_ups(...) -> (list, key behind which more follow)

`also` holds what goes into the same write: `Put(row, condition)`, `Change(row, actions, condition)`
and `Check(row, condition)` of `tables.attributes`.
"""

import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace
from pynamodb.connection import Connection
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.errors import Conflict
from chalicelib.ledger.entries import Posting
from chalicelib.ledger.payments import Payment, TopUp
from chalicelib.ledger.standing import Seen, Standing, applied, overdrawn
from chalicelib.periods import instant_text
from chalicelib.reporting.documents import Document as JsonDocument
from chalicelib.tables.attributes import (
    Change,
    Put,
    Write,
    write_together,
)
from chalicelib.tables.charges import billing_update
from chalicelib.tables.ledger_rows import (
    FactDocument,
    PaymentDocument,
    PostingDocument,
    StandingDocument,
    TopUpDocument,
)

_POSTING, _FACT, _STANDINGS = "posting#", "fact#", "standings"
_PAYMENTS, _TOP_UPS = "payments#", "top-ups#"
_BUSY = "the account was posted to meanwhile; try again"


class LedgerTable:
    """Postings and standings by billing account."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def standing(self, account: str, currency: str) -> Seen:
        """Return how an account stands.

        Args:
            currency: of its terms; counts where nothing was ever posted.
        """
        try:
            seen = _seen(StandingDocument.get(_STANDINGS, account, consistent_read=True))
        except DoesNotExist:
            return Seen(Standing(account, currency))
        # What is kept before the first posting only says how the account is looked after.
        return (
            seen if seen.standing.version else replace(seen, standing=Standing(account, currency))
        )

    def standings(self) -> Iterator[Seen]:
        """Yield how every account stands to which anything was ever posted, by its id."""
        return (_seen(row) for row in StandingDocument.query(_STANDINGS, consistent_read=True))

    def post(
        self,
        posting: Posting,
        *,
        seen: Seen,
        fact: Payment | TopUp | None = None,
        follow: str | None = None,
        billing: JsonDocument | None = None,
        also: Sequence[Write] = (),
    ) -> bool:
        """Store a posting and what it changes, all or nothing; tell whether it was new.

        Of a fact that was posted before nothing is stored again, neither of `also`.

        Args:
            seen: how the account stood when the posting was made.
            fact: the payment or top-up that it is of.
            follow: how the account is being reminded from now on; None leaves that.
            billing: what the overview shows of invoices and wallet; None leaves that.
            also: what else belongs to it, at most 94 rows.

        Raises:
            Conflict: the account stands otherwise by now, a condition of `also` does not hold, or
                somebody wrote one of the rows at that moment; read all of it again.
        """
        after = applied(seen.standing, posting)
        if names := overdrawn(after):
            raise Conflict(f"the posting would overdraw {', '.join(names)}")
        writes = [*_posting_rows(posting), _standing_update(after, seen, follow), *also]
        if fact is not None:
            writes.append(_fact_row(fact))
        if billing is not None:
            writes.append(billing_update(posting.account, billing))
        try:
            write_together(self._connection, writes, _BUSY)
        except Conflict:
            if self._posted_at(posting.account, posting.id) is None:
                raise
            return False
        return True

    def put_follow(
        self,
        seen: Seen,
        follow: str,
        *,
        billing: JsonDocument | None = None,
        also: Sequence[Write] = (),
    ) -> None:
        """Store how an account is being reminded, with what is sent to it, all or nothing.

        Args:
            billing: what the overview shows of invoices and wallet; None leaves that.

        Raises:
            Conflict: the account stands otherwise by now, or somebody else reminded it.
        """
        writes = [_standing_update(seen.standing, seen, follow), *also]
        if billing is not None:
            writes.append(billing_update(seen.standing.account, billing))
        write_together(self._connection, writes, _BUSY)

    def posting(self, account: str, posting_id: str) -> Posting | None:
        """Return a posting by its id, or None."""
        at = self._posted_at(account, posting_id)
        if at is None:
            return None
        key = f"{_POSTING}{instant_text(at)}#{posting_id}"
        return _posting(PostingDocument.get(account, key, consistent_read=True))

    def postings(
        self, account: str, since: datetime | None = None, until: datetime | None = None
    ) -> list[Posting]:
        """Return the postings of an account from `since` to before `until`, oldest first."""
        first = _POSTING if since is None else _POSTING + instant_text(since)
        last = f"{_POSTING}~" if until is None else _POSTING + instant_text(until)
        if first >= last:
            return []
        between = PostingDocument.sk.between(first, last)
        rows = PostingDocument.query(account, between, consistent_read=True)
        return [_posting(row) for row in rows]

    def payments(
        self, month: str, after: str = "", limit: int = 100
    ) -> tuple[list[Payment], str | None]:
        """Return payments and refunds of a month, newest first, and where more of them follow."""
        key = PaymentDocument.sk < after if after else None
        rows = list(
            PaymentDocument.query(_PAYMENTS + month, key, limit=limit, scan_index_forward=False)
        )
        found = [msgspec.json.decode(row.body, type=Payment) for row in rows]
        return found, rows[-1].sk if len(rows) == limit else None

    def top_ups(
        self, month: str, after: str = "", limit: int = 100
    ) -> tuple[list[TopUp], str | None]:
        """Return top-ups of a month, newest first, and where more of them follow."""
        key = TopUpDocument.sk < after if after else None
        rows = list(
            TopUpDocument.query(_TOP_UPS + month, key, limit=limit, scan_index_forward=False)
        )
        found = [msgspec.json.decode(row.body, type=TopUp) for row in rows]
        return found, rows[-1].sk if len(rows) == limit else None

    def _posted_at(self, account: str, posting_id: str) -> datetime | None:
        try:
            return FactDocument.get(account, _FACT + posting_id, consistent_read=True).posted_at
        except DoesNotExist:
            return None


def _seen(row: StandingDocument) -> Seen:
    return Seen(msgspec.json.decode(row.body, type=Standing), row.follow or "", is_stored=True)


def _standing_update(after: Standing, seen: Seen, follow: str | None) -> Change:
    """Return the write of how an account stands, if it stands as it was seen.

    How it is being reminded must be as seen, too: the overview shows what both come to.
    """
    still: Condition = StandingDocument.version.does_not_exist()
    if seen.is_stored:
        same: Condition = StandingDocument.follow.does_not_exist()
        if seen.follow:
            same = StandingDocument.follow == seen.follow
        still = (StandingDocument.version == seen.standing.version) & same
    actions: list[Action] = [
        StandingDocument.body.set(_text(after)),
        StandingDocument.version.set(after.version),
    ]
    if follow is not None:
        actions.append(StandingDocument.follow.set(follow))
    return Change(StandingDocument(_STANDINGS, after.account), actions, still)


def _posting_rows(posting: Posting) -> list[Write]:
    key = f"{_POSTING}{instant_text(posting.at)}#{posting.id}"
    body = zlib.compress(msgspec.json.encode(posting), 6)
    fact = FactDocument(posting.account, _FACT + posting.id, posted_at=posting.at)
    return [
        Put(PostingDocument(posting.account, key, body=body)),
        Put(fact, FactDocument.pk.does_not_exist()),
    ]


def _fact_row(fact: Payment | TopUp) -> Write:
    document, pk = (
        (PaymentDocument, _PAYMENTS) if isinstance(fact, Payment) else (TopUpDocument, _TOP_UPS)
    )
    row = document(f"{pk}{fact.day:%Y-%m}", f"{fact.day}#{fact.id}", body=_text(fact))
    return Put(row, document.pk.does_not_exist())


def _text(value: Standing | Payment | TopUp) -> str:
    return msgspec.json.encode(value, order="deterministic").decode()


def _posting(row: PostingDocument) -> Posting:
    return msgspec.json.decode(zlib.decompress(row.body), type=Posting)
