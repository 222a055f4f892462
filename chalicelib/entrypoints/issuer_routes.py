"""`/admin/issuers`: who issues documents, with its taxes and numbers."""

from typing import Literal

import msgspec
from chalice.app import Response
from msgspec.structs import asdict, replace

from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import LONGEST_ID, Request
from chalicelib.errors import NotFound
from chalicelib.invoicing.issuer_checks import checked_issuer
from chalicelib.invoicing.issuers import Dunning, Issuer, TaxRule
from chalicelib.invoicing.logos import MediaType, checked_logo
from chalicelib.invoicing.parties import Address, Bank, Party
from chalicelib.reporting.parties import issuer_document
from chalicelib.wiring.files import store_logo
from chalicelib.wiring.invoices import check_numbers

# A picture of 200,000 bytes in base64, with what is around it.
_LARGEST_LOGO = 280_000


class PartyBody(msgspec.Struct, forbid_unknown_fields=True):
    """A party as JSON writes it."""

    name: str
    address: Address
    tax_id: str = ""
    registration: str = ""
    email: str = ""
    electronic_address: str = ""

    @property
    def party(self) -> Party:
        """The party."""
        return Party(**asdict(self))


class _IssuerBody(msgspec.Struct, forbid_unknown_fields=True):
    party: PartyBody
    time_zone: str
    first_period: str
    taxes: tuple[TaxRule, ...]
    series: dict[str, str] = {}
    fiscal_year_start: int = 1
    longest_number: int | None = None
    due_days: int = 14
    grace_days: int = 2
    tax_currency: str = ""
    tax_rate_day: Literal["issue", "period_end"] = "period_end"
    bank: Bank = Bank()
    header: str = ""
    footer: str = ""
    dunning: Dunning = Dunning()


class _LogoBody(msgspec.Struct, forbid_unknown_fields=True):
    media_type: MediaType
    data: bytes


def list_issuers(request: Request) -> Response:
    """Everybody who issues documents."""
    issuers = request.wiring.issuers.issuers()
    return reply({"issuers": [issuer_document(each) for each in issuers.values()]})


def show_issuer(request: Request) -> Response:
    """One who issues documents."""
    return reply(issuer_document(_issuer(request)))


def put_issuer(request: Request) -> Response:
    """Set who issues documents; those that are issued stay as they are."""
    asked, issuer_id = request.read(_IssuerBody), request.path["issuer"]
    known = request.wiring.issuers.issuer(issuer_id) if _may_be(issuer_id) else None
    told = {**asdict(asked), "party": asked.party.party, "id": issuer_id}
    issuer = checked_issuer(Issuer(**told, logo="" if known is None else known.logo))
    check_numbers(request.wiring, issuer, request.now)
    request.wiring.issuers.put_issuer(issuer)
    return reply(issuer_document(issuer))


def put_logo(request: Request) -> Response:
    """Set the picture on the documents of an issuer."""
    asked, issuer = request.read(_LogoBody, _LARGEST_LOGO), _issuer(request)
    logo = checked_logo(asked.media_type, asked.data)
    store_logo(request.wiring, logo)
    changed = replace(issuer, logo=logo.key)
    request.wiring.issuers.put_issuer(changed)
    return reply(issuer_document(changed))


def _issuer(request: Request) -> Issuer:
    asked = request.path["issuer"]
    found = request.wiring.issuers.issuer(asked) if _may_be(asked) else None
    if found is None:
        raise NotFound("there is no such issuer")
    return found


def _may_be(issuer: str) -> bool:
    return 1 <= len(issuer) <= LONGEST_ID
