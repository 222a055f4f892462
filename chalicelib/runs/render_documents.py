"""Makes the files of issued documents: each is made once, and never changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import Protocol

from msgspec.structs import replace

from chalicelib.accounts import BillingAccount
from chalicelib.errors import NotFound
from chalicelib.invoicing.annex import AnnexRow
from chalicelib.invoicing.cii import cii
from chalicelib.invoicing.documents import Document, Kind
from chalicelib.invoicing.files import MEDIA_TYPES, Form, key_of
from chalicelib.invoicing.ubl import ubl
from chalicelib.metering.usage import UsageGroup
from chalicelib.money import EXACT
from chalicelib.rating.basis import Basis, lists_of
from chalicelib.rating.counting import unit_name
from chalicelib.rating.line_items import Category, LineItem
from chalicelib.rating.price_lists import PriceLists
from chalicelib.rating.shares import shares_of
from chalicelib.reporting.summaries import Kept
from chalicelib.runs.billing_ports import Invoices, RatedPeriods
from chalicelib.runs.known import Known
from chalicelib.runs.ports import KnownUsage
from chalicelib.runs.read_usage import usage_of

# Cuts by time are rounded to the 18th decimal.
_SAME = Decimal("1e-12")


class DocumentStore(Protocol):
    """Where the files of documents are kept."""

    def put_new(self, key: str, body: bytes, media_type: str) -> None: ...
    def get(self, key: str) -> bytes: ...
    def exists(self, key: str) -> bool: ...


class Typeset(Protocol):
    """Sets a document as a PDF."""

    def __call__(
        self,
        document: Document,
        *,
        annex: Sequence[AnnexRow],
        logo: bytes | None,
        xml: bytes | None,
    ) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Rendered:
    """What was made.

    Attributes:
        files: how many; none where they were there.
        bytes: of the PDF.
        resources: rows of its annex.
    """

    files: int = 0
    bytes: int = 0
    resources: int = 0


def render_document(
    account: str,
    document: str,
    *,
    known: Known,
    invoices: Invoices,
    charges: RatedPeriods,
    usage: KnownUsage,
    store: DocumentStore,
    typeset: Typeset,
) -> Rendered:
    """Make the files of an issued document; what is there already stays.

    Safe to repeat: a file is put only where there is none, and is made of what was issued. The PDF
    comes last: where it is, all are.

    Raises:
        NotFound: there is no such document.
        Unavailable: the store did not answer.
    """
    found = invoices.get(account, document)
    if found is None:
        raise NotFound(f"no document {document!r}")
    _, issued = found
    if store.exists(key_of(issued, "pdf")):
        return Rendered()
    files: dict[Form, bytes] = {}
    embedded = None
    if issued.kind is not Kind.RECEIPT:
        files["xml"], embedded = ubl(issued), cii(issued)
    annex = _annex(issued, known, charges, usage)
    logo = _logo(issued, store)
    files["pdf"] = typeset(issued, annex=annex, logo=logo, xml=embedded)
    for form, body in files.items():
        store.put_new(key_of(issued, form), body, MEDIA_TYPES[form])
    return Rendered(len(files), len(files["pdf"]), len(annex))


def _logo(issued: Document, store: DocumentStore) -> bytes | None:
    """Return the issuer's picture; none where there is none any more."""
    if not issued.logo:
        return None
    try:
        return store.get(issued.logo)
    except NotFound:
        return None


def _annex(
    issued: Document, known: Known, charges: RatedPeriods, usage: KnownUsage
) -> list[AnnexRow]:
    """Return what each resource is of the lines of an invoice."""
    if issued.kind is not Kind.INVOICE:
        return []
    kept = charges.kept(issued.account, issued.period)
    if kept is None or kept.basis is None:
        return []
    account = known.account(issued.account)
    lists = lists_of(kept.basis, known.lists(account, kept.rated.period))
    used = usage_of(_as_rated(account, kept.basis), kept.rated.period, usage)
    return [
        row
        for line in kept.rated.line_items
        if line.category is Category.USAGE
        for row in _rows(line, used.groups, lists, kept)
    ]


def _as_rated(account: BillingAccount, basis: Basis) -> BillingAccount:
    return replace(account, terms=replace(account.terms, stopped_vms=basis.stopped_vms))


def _rows(
    line: LineItem, groups: Sequence[UsageGroup], lists: PriceLists, kept: Kept
) -> list[AnnexRow]:
    """Return a row for each resource of a line; they add up to it.

    One for all of it where its usage is another by now: the next invoice corrects that.
    """
    shares = shares_of(line, groups, lists, kept.rated.period)
    whole = reduce(EXACT.add, (each.quantity for each in shares), Decimal(0))
    assert line.quantity is not None, "it is for usage"
    unit = unit_name(line)
    if abs(EXACT.subtract(whole, line.quantity)) >= _SAME:
        return [AnnexRow(line.service, "", "", line.quantity, unit, line.amount.amount, line.name)]
    return [
        AnnexRow(
            line.service,
            each.name,
            each.resource,
            each.quantity,
            unit,
            each.amount.amount,
            line.name,
        )
        for each in shares
    ]
