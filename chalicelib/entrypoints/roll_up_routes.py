"""`/admin/roll-ups`: what is billed to whom, and from when."""

from collections.abc import Mapping
from datetime import date

import msgspec
from chalice.app import Response

from chalicelib.accounts import BillingAccount
from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import LONGEST_ID, Request, sensible_day, wrong
from chalicelib.errors import NotFound
from chalicelib.reporting.documents import Document
from chalicelib.roll_ups import RollUp, SourceKind
from chalicelib.runs.change_roll_ups import add_roll_up, end_roll_up

# A domain's path in CloudStack is a column of 255 characters (table `domain`).
_LONGEST_SOURCE = 255


class _RollUpBody(msgspec.Struct, forbid_unknown_fields=True, rename={"start": "from"}):
    connection: str
    kind: SourceKind
    source: str
    billing_account: str
    start: date


class _EndBody(msgspec.Struct, forbid_unknown_fields=True):
    until: date | None


def list_roll_ups(request: Request) -> Response:
    """Every roll-up there ever was, by connection, source and day."""
    accounts = _accounts(request)
    found = request.wiring.roll_ups.all()
    return reply({"roll_ups": [_roll_up(each, accounts) for each in found]})


def create_roll_up(request: Request) -> Response:
    """Bill an account, a project or all of a domain to another account from a day on."""
    asked = request.read(_RollUpBody)
    if len(asked.source) > _LONGEST_SOURCE:
        raise wrong("source", f"is longer than {_LONGEST_SOURCE} characters")
    roll_up = RollUp(
        asked.connection,
        asked.kind,
        asked.source,
        asked.billing_account,
        sensible_day(asked.start, "from"),
    )
    wiring = request.wiring
    stored, new = add_roll_up(
        roll_up,
        accounts=wiring.accounts,
        roll_ups=wiring.roll_ups,
        windows=wiring.windows,
        ratings=wiring.announced(),
    )
    return reply(_roll_up(stored, _accounts(request)), 201 if new else 200)


def set_end(request: Request) -> Response:
    """Set the first day on which a roll-up no longer holds."""
    roll_up_id, asked = request.path["roll_up"], request.read(_EndBody)
    if len(roll_up_id) > LONGEST_ID:
        raise NotFound("no such roll-up")
    wiring = request.wiring
    stored = end_roll_up(
        roll_up_id,
        None if asked.until is None else sensible_day(asked.until, "until"),
        accounts=wiring.accounts,
        roll_ups=wiring.roll_ups,
        windows=wiring.windows,
        ratings=wiring.announced(),
    )
    return reply(_roll_up(stored, _accounts(request)))


def _accounts(request: Request) -> Mapping[str, BillingAccount]:
    return {each.id: each for each in request.wiring.accounts.all()}


def _roll_up(roll_up: RollUp, accounts: Mapping[str, BillingAccount]) -> Document:
    return {
        "id": roll_up.id,
        "connection": roll_up.connection,
        "kind": roll_up.kind,
        "source": roll_up.source,
        "source_name": _name(roll_up.source, accounts),
        "billing_account": roll_up.billing_account,
        "billing_account_name": _name(roll_up.billing_account, accounts),
        "from": roll_up.start.isoformat(),
        "until": None if roll_up.end is None else roll_up.end.isoformat(),
    }


def _name(account: str, accounts: Mapping[str, BillingAccount]) -> str:
    known = accounts.get(account)
    return account if known is None else known.name
