"""`python -m local.backdated DAY`: what lies behind the sample, done by the product as of then.

The months before the day of the first start are invoiced as if the product had run at their ends:
so there is something paid, something overdue, and a wallet that was used.
"""

import io
import os
import subprocess
import sys
from contextlib import redirect_stdout
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import msgspec

from chalicelib.currencies import minor_unit
from chalicelib.entrypoints.billing_triggers import bill_records
from chalicelib.ledger.entries import Grant
from chalicelib.ledger.payments import payment, top_up
from chalicelib.money import Money, rounded
from chalicelib.runs.messages import IssueMessage
from chalicelib.settings import read_settings
from chalicelib.wiring import Wiring
from chalicelib.wiring.payments import record_payment, top_up_wallet
from local.billing_samples import PURCHASED_KWD, sample_details
from local.cloud import STACK, Cloud, client_environment
from local.cloudstack.estate import ACME, GLOBEX, INITECH
from local.errors import LocalCloudFailed
from local.settings import month_before, process_environment

# A day after the days of grace, and after the customer has read the mail.
_ISSUED_AFTER, _PAID_AFTER = timedelta(days=3, hours=6), timedelta(days=10, hours=9)
_WHOLE, _HALF = Decimal(1), Decimal("0.5")
_BY = "admin"


def bill_the_past(cloud: Cloud, first_seen: date) -> None:
    """Invoice the months before that day. Safe to repeat: nothing is done twice.

    Raises:
        LocalCloudFailed: something was refused; says what.
    """
    told = cloud.client("lambda").get_function_configuration(FunctionName=f"{STACK}-issue_invoices")
    environment = process_environment() | client_environment(cloud)
    environment |= told["Environment"]["Variables"]
    command = [sys.executable, "-m", "local.backdated", first_seen.isoformat()]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if done.returncode:
        words = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise LocalCloudFailed(f"the months of the sample could not be invoiced: {words}")


def main(first_seen: date) -> None:
    """Do what has happened since the month before last."""
    months = [_at(month_before(first_seen, before)) for before in (2, 1, 0)]
    first, second, third = months
    _top_up(first + timedelta(hours=8))
    _issue(f"{first:%Y-%m}", second + _ISSUED_AFTER)
    _pay(ACME.id, f"{first:%Y-%m}", second + _PAID_AFTER, _WHOLE)
    _pay(GLOBEX.id, f"{first:%Y-%m}", second + _PAID_AFTER, _HALF)
    if third + _ISSUED_AFTER <= datetime.now(UTC):
        _issue(f"{second:%Y-%m}", third + _ISSUED_AFTER)


def _top_up(at: datetime) -> None:
    wired = _wiring(at)
    bought = top_up(
        INITECH.id,
        at.date(),
        Money.of(PURCHASED_KWD, "KWD"),
        Grant.PURCHASED,
        topped_up_at=at,
        method="bank",
        reference="transfer 2091",
        by=_BY,
        given_id="sample",
    )
    top_up_wallet(wired, bought, wired.accounts.get(INITECH.id), at)


def _issue(period: str, at: datetime) -> None:
    messages = [IssueMessage(account, period) for account, _ in sample_details()]
    records = [
        {"messageId": each.account, "body": msgspec.json.encode(each).decode()} for each in messages
    ]
    lines = io.StringIO()
    with redirect_stdout(lines):
        answer = bill_records(_wiring(at), records)
    if answer["batchItemFailures"]:
        raise SystemExit(lines.getvalue())


def _pay(account: str, period: str, at: datetime, part: Decimal) -> None:
    """Let an account pay its invoice or a part of it, if there is one."""
    wired = _wiring(at)
    run = wired.invoices.run_of(period, account)
    found = wired.invoices.get(account, run.document) if run and run.document else None
    if found is None:
        return
    document = found[1]
    paid = payment(
        account,
        at.date(),
        Money(rounded(document.payable * part, minor_unit(document.currency)), document.currency),
        "bank",
        document.number,
        received_at=at,
        by=_BY,
        given_id="sample",
    )
    record_payment(wired, paid, wired.accounts.get(account), at)


def _wiring(at: datetime) -> Wiring:
    return Wiring(read_settings(os.environ), now=lambda: at)


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


if __name__ == "__main__":
    main(date.fromisoformat(sys.argv[1]))
