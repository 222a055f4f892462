"""Answers of the billing API for the operator's side of invoices and money."""

from __future__ import annotations

from typing import Any

from .answers import ACME, APOLLO, GLOBEX, INITECH, Json, money
from .billing_answers import BANK, ISSUER, OPEN, PAST, credit_note, summary

PERIOD = "2026-10"
HELD = "2 usage records wait for a decision"
WEBHOOK = "https://billing.nimbus.example/api/webhooks/stripe"


def named(account: Json) -> Json:
    """Return an account as lists name it."""
    return {"id": account["id"], "name": account["name"]}


def reason(code: str, message: str, may_override: bool) -> Json:
    """Return what an invoice waits for."""
    return {"code": code, "message": message, "may_override": may_override}


def run_row(account: Json, state: str, *reasons: Json, **changes: Any) -> Json:
    """Return what became of an account's invoice."""
    return {
        "account": named(account),
        "state": state,
        "reasons": list(reasons),
        "number": None,
        "document": None,
        "at": "2026-11-03T06:00:11Z",
        "by": None,
        **changes,
    }


def run(**changes: Any) -> Json:
    """Return the run of October: two wait, one of them for what can be overridden."""
    held = reason("holds", HELD, True)
    late = reason("usage_incomplete", "usage of main is complete up to 29 October 2026 only", True)
    nowhere = reason("no_address", "the customer's name and address are not known yet", False)
    return {
        "period": PERIOD,
        "periods": ["2026-10", "2026-09"],
        "counts": {"issued": 1, "waiting": 2, "nothing": 1, "failed": 0, "due": 0},
        "accounts": [
            run_row(APOLLO, "waiting", held, late),
            run_row(GLOBEX, "waiting", held, nowhere),
            run_row(ACME, "issued", number="NC-2026-0142", document=OPEN, by="olga"),
            run_row(INITECH, "nothing", at=None),
        ],
        "next": None,
        **changes,
    }


def numbered(n: int, **changes: Any) -> Json:
    """Return a number that was used."""
    return {
        "number": f"NC-2026-{n:04}",
        "n": n,
        "kind": "invoice",
        "account": named(ACME),
        "document": OPEN,
        "issued_on": "2026-11-03",
        "total": money("1019.00"),
        "state": "issued",
        **changes,
    }


def series(kind: str, fiscal_year: str, used: int, *gaps: int) -> Json:
    """Return a series of numbers."""
    following = used + len(gaps) + 1
    told = {"kind": kind, "fiscal_year": fiscal_year, "next": following, "used": used}
    return {**told, "gaps": list(gaps)}


def documents(**changes: Any) -> Json:
    """Return the series of an issuer, and the newest of its invoices."""
    rupees = money("118000.00", "INR")
    return {
        "issuer": "nimbus",
        "series": [
            series("invoice", "2026", 142),
            series("invoice", "2025", 1180),
            series("credit_note", "2026", 3),
            series("receipt", "2026", 8, 9),
        ],
        "documents": [
            numbered(142),
            numbered(141, account=named(GLOBEX), total=rupees, state="paid", document=PAST),
        ],
        "next": None,
        **changes,
    }


def payment(**changes: Any) -> Json:
    """Return a payment by bank transfer."""
    return {
        "id": "p1",
        "kind": "payment",
        "account": named(ACME),
        "day": "2026-11-20",
        "amount": money("300.00"),
        "method": "bank",
        "reference": "NC-2026-0119",
        "received_at": "2026-11-21T09:12:00Z",
        "by": "olga",
        "source": "bank_statement",
        **changes,
    }


def payments(**changes: Any) -> Json:
    """Return a payment by card, one from a bank statement, and a refund."""
    card: Json = {"method": "stripe", "source": "stripe", "by": "", "reference": "pi_3Q"}
    back: Json = {"kind": "refund", "source": "operator", "reference": "paid twice"}
    rows = [
        payment(id="p3", account=named(GLOBEX), amount=money("118000.00", "INR"), **card),
        payment(),
        payment(id="p2", amount=money("19.00"), day="2026-11-18", **back),
    ]
    return {"month": "2026-11", "payments": rows, "next": None, **changes}


def recorded(credit: str = "19.00", **changes: Any) -> Json:
    """Return what became of a payment: it paid an invoice, and the rest is credit."""
    paid = {"document": OPEN, "number": "NC-2026-0142", "amount": money("1019.00")}
    made = payment(amount=money("1038.00"), source="operator")
    return {"payment": made, "allocated": [paid], "credit": money(credit), **changes}


def statement_row(line: int, amount: str | None, **changes: Any) -> Json:
    """Return a line of a bank statement: a payment of acme that names its invoice."""
    match = {
        "account": named(ACME),
        "document": OPEN,
        "number": "NC-2026-0142",
        "how": "number",
        "sure": True,
    }
    return {
        "line": line,
        "id": f"{line:032x}",
        "day": "2026-11-20",
        "amount": None if amount is None else money(amount),
        "reference": "Invoice NC-2026-0142",
        "payer": "Acme Ltd",
        "match": match,
        "already": False,
        "problem": None,
        **changes,
    }


def statement() -> Json:
    """Return what a bank statement says: one line of each sort there is."""
    sure = statement_row(2, "1019.00")
    unsure = {**sure["match"], "how": "amount", "sure": False, "account": named(APOLLO)}
    unsure |= {"document": PAST, "number": "NC-2026-0107"}
    rows = [
        sure,
        statement_row(3, "952.00", match=unsure, payer="A P O L L O", reference="cloud"),
        statement_row(4, "50.00", match=None, payer="Initech", reference=""),
        statement_row(5, "300.00", already=True),
        statement_row(6, None, match=None, problem="'12,3,4' is no amount", day=None),
    ]
    columns = {"day": "Buchungstag", "amount": "Betrag", "currency": None}
    columns |= {"reference": "Verwendungszweck", "payer": "Name"}
    counts = {"rows": 5, "sure": 1, "unsure": 1, "unmatched": 1, "already": 1, "problems": 1}
    return {"columns": columns, "rows": rows, "counts": counts}


def top_up(**changes: Any) -> Json:
    """Return a top-up that was paid for."""
    return {
        "id": "t1",
        "account": named(ACME),
        "day": "2026-11-20",
        "amount": money("59.50"),
        "grant": "purchased",
        "method": "bank",
        "reference": "top-up 11",
        "expires_on": None,
        "note": "",
        "topped_up_at": "2026-11-20T09:12:00Z",
        "by": "olga",
        "source": "operator",
        "receipt": {"id": "e5" * 16, "number": "RC-2026-0009"},
        **changes,
    }


def top_ups(**changes: Any) -> Json:
    """Return a top-up that was paid for and one that was given."""
    given: Json = {"grant": "granted", "method": None, "reference": "", "receipt": None}
    granted = top_up(
        id="t2", **given, expires_on="2026-12-31", note="welcome", amount=money("30.00")
    )
    return {"month": "2026-11", "top_ups": [granted, top_up()], "next": None, **changes}


def corrected(state: str = "issued", note: bool = True) -> Json:
    """Return what became of an invoice that was corrected."""
    told = summary(OPEN, "NC-2026-0142", "1019.00", state)
    made = credit_note() if note else None
    return {"document": told, "credit_note": made, "credit": money("0.00")}


def done_step(what: str, day: str, **changes: Any) -> Json:
    """Return what was done about an invoice on a day of November."""
    return {
        "document": PAST,
        "number": "NC-2026-0107",
        "what": what,
        "at": f"2026-11-{day}T02:00:00Z",
        "by": "",
        "dry_run": False,
        "note": "",
        **changes,
    }


def dunned(account: Json, **changes: Any) -> Json:
    """Return an account that owes, of which nothing is done yet."""
    return {
        "account": named(account),
        "mode": "postpaid",
        "owed": money("1538.00"),
        "overdue": money("519.00"),
        "oldest_due_on": "2026-11-17",
        "days_overdue": 6,
        "next": {"what": "overdue", "on": "2026-11-24"},
        "enforcement": {"action": "hold", "state": "none", "since": None},
        "reminders": [],
        **changes,
    }


def dunning(**changes: Any) -> Json:
    """Return one that is suspended, one that is overdue, one whose wallet is empty."""
    reminders = [
        done_step("suspend", "15", document=None, number=None, note="CloudStack did not answer"),
        done_step("final_notice", "08"),
        done_step("overdue", "01"),
    ]
    since = "2026-11-15T02:00:00Z"
    suspended: Json = {
        "owed": money("118000.00", "INR"),
        "overdue": money("118000.00", "INR"),
        "oldest_due_on": "2026-10-18",
        "days_overdue": 36,
        "next": None,
        "enforcement": {"action": "suspend", "state": "suspended", "since": since},
        "reminders": reminders,
    }
    none = money("0.000", "KWD")
    empty: Json = {"mode": "prepaid", "owed": none, "overdue": none, "oldest_due_on": None}
    empty |= {"days_overdue": 0, "next": {"what": "hold", "on": "2026-12-01"}}
    about: Json = {"document": None, "number": None}
    empty |= {
        "reminders": [
            done_step("hold", "15", **about, by="olga", dry_run=True),
            done_step("empty_wallet", "14", **about),
        ]
    }
    empty |= {"enforcement": {"action": "hold", "state": "dry_run", "since": since}}
    rows = [dunned(GLOBEX, **suspended), dunned(ACME, reminders=reminders[2:])]
    return {"accounts": [*rows, dunned(INITECH, **empty)], "next": None, **changes}


def enforced(state: str) -> Json:
    """Return what is done about an account."""
    enforcement = {"action": "hold", "state": state, "since": "2026-11-23T10:00:00Z"}
    return {"account": named(ACME), "enforcement": enforcement}


def ledger(currency: str, total: str, *groups: tuple[str, str, str], balanced: bool = True) -> Json:
    """Return what the ledgers of a currency add up to: (name, debit, credit) of each group."""
    told = [
        {"name": name, "debit": money(debit, currency), "credit": money(credit, currency)}
        for name, debit, credit in groups
    ]
    sums = {"debit": money(total, currency), "credit": money(total, currency)}
    return {"currency": currency, "groups": told, **sums, "balanced": balanced}


def trial_balance(**changes: Any) -> Json:
    """Return two currencies that are balanced."""
    euros = ledger(
        "EUR",
        "2057.00",
        ("receivable", "1538.00", "0.00"),
        ("cash", "519.00", "0.00"),
        ("credit", "0.00", "19.00"),
        ("wallet", "0.00", "200.00"),
        ("revenue", "0.00", "1545.30"),
        ("tax", "0.00", "292.70"),
    )
    rupees = ledger(
        "INR", "118000.00", ("receivable", "118000.00", "0.00"), ("revenue", "0.00", "118000.00")
    )
    return {
        "at": "2026-11-23T10:00:00Z",
        "currencies": [euros, rupees],
        "accounts_checked": 3,
        "accounts_off": [],
        **changes,
    }


def account_off() -> Json:
    """Return an account that does not stand as its postings say."""
    stands = {"stands": money("1538.00"), "postings": money("1519.00")}
    return {"account": named(ACME), "ledger_account": f"receivable:{OPEN}", **stands}


def tax_rule(**changes: Any) -> Json:
    """Return the standard rate."""
    return {
        "tax_class": "standard",
        "name": "VAT 19%",
        "category": "S",
        "percent": "19",
        "start": "2021-01-01",
        "scope": "all",
        "note": "",
        "code": "",
        "parts": [],
        **changes,
    }


def issuer(**changes: Any) -> Json:
    """Return a German company that knows two tax classes."""
    note = "Steuerschuldnerschaft des Leistungsempfängers"
    reverse = tax_rule(tax_class="reverse", name="Reverse charge", category="AE", percent="0")
    return {
        "id": "nimbus",
        "party": ISSUER,
        "time_zone": "Europe/Berlin",
        "first_period": "2026-10",
        "series": {
            "invoice": "NC-{year}-{n:04}",
            "credit_note": "CN-{year}-{n:04}",
            "receipt": "RC-{year}-{n:04}",
        },
        "taxes": [tax_rule(), {**reverse, "note": note, "code": "VATEX-EU-AE"}],
        "fiscal_year_start": 1,
        "longest_number": None,
        "due_days": 14,
        "grace_days": 2,
        "tax_currency": "EUR",
        "tax_rate_day": "period_end",
        "bank": {**BANK, "iban": "DE02120300000000202051"},
        "logo": None,
        "header": "",
        "footer": "Geschäftsführerin: Nina Nimbus",
        "dunning": {"before": 3, "before_every": 0, "every": 7, "final_after": 21},
        **changes,
    }


def issuers(*listed: Json) -> Json:
    """Return who issues documents."""
    return {"issuers": list(listed or (issuer(),))}


def details(**changes: Any) -> Json:
    """Return billing details that were never set."""
    return {
        "account": named(ACME),
        "issuer": "nimbus",
        "party": None,
        "recipients": [],
        "payment_mode": "postpaid",
        "due_days": None,
        "tax_class": "standard",
        "buyer_reference": "",
        "credit_limit": None,
        "low_balance": None,
        "enforcement": {"action": "none", "after_days": 14, "dry_run": True},
        "complete": False,
        **changes,
    }


def gateways(*unposted: Json, configured: bool = True) -> Json:
    """Return whether Stripe is set up, and what it told that could not be posted."""
    states = [each["state"] for each in unposted]
    return {
        "stripe": {"configured": configured, "webhook_url": WEBHOOK},
        "unposted": list(unposted),
        "counts": {state: states.count(state) for state in ("open", "dismissed")},
    }
