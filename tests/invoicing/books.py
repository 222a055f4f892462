"""What the tests of documents are written with: issuers, customers and rated periods in a line."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal as D
from typing import Any

from msgspec.structs import replace

from chalicelib.accounts import BillingAccount, Terms
from chalicelib.invoicing.customers import BillingDetails
from chalicelib.invoicing.documents import Document, Reference
from chalicelib.invoicing.drafting import draft
from chalicelib.invoicing.issuer_checks import checked_issuer
from chalicelib.invoicing.issuers import Issuer, TaxPart, TaxRule
from chalicelib.invoicing.parties import Address, Bank, Party
from chalicelib.money import Money
from chalicelib.periods import BillingPeriod
from chalicelib.rating.line_items import Charge, LineItem, Pricing, RatedPeriod
from chalicelib.rating.price_lists import Origin
from chalicelib.rating.pricing import Kind as StepKind
from chalicelib.rating.pricing import Step
from chalicelib.rating.tariffs import Tariff, units_of
from tests.invoicing.oracle import check_document

ALWAYS = date(2020, 1, 1)
SINCE = datetime(2020, 1, 1, tzinfo=UTC)
ISSUED = datetime(2026, 12, 3, 9, tzinfo=UTC)
SELLER = Party(
    "Nordlicht Cloud GmbH",
    Address(("Hafenstraße 7",), "Hamburg", "20457", "DE"),
    tax_id="DE123456789",
    email="billing@nordlicht.example",
)
BUYER = Party(
    "Acme Ltd", Address(("1 Main Street",), "Pune", "411001", "IN"), tax_id="27AAAAA0000A1Z5"
)
EARLIER = Reference("e" * 32, "INV-2026-00007", date(2026, 11, 3))
REVERSE = "Steuerschuldnerschaft des Leistungsempfängers"


def rule(percent: str, category: str = "S", **more: Any) -> TaxRule:
    """Return a tax rule for all services and customers."""
    told: dict[str, Any] = {"tax_class": "standard", "name": "VAT", "start": ALWAYS, **more}
    return TaxRule(category=category, percent=D(percent), **told)  # type: ignore[arg-type]


def split_gst() -> TaxRule:
    """Return the goods and services tax of a sale within one state of India."""
    parts = (TaxPart("CGST", D(9)), TaxPart("SGST", D(9)))
    return rule("18", name="GST", parts=parts)


def an_issuer(*rules: TaxRule, **more: Any) -> Issuer:
    """Return an issuer as it is stored, with VAT of 19 % unless other rules are told."""
    told: dict[str, Any] = {
        "id": "main",
        "party": SELLER,
        "time_zone": "Europe/Berlin",
        "first_period": "2026-01",
        "series": {},
        "taxes": rules or (rule("19"),),
        "bank": Bank("Nordlicht", "DE02 1203 0000 0000 2020 51", "BYLADEM1001", "DKB"),
        **more,
    }
    return checked_issuer(Issuer(**told))


def an_account(currency: str = "EUR", time_zone: str = "UTC") -> BillingAccount:
    """Return a billing account."""
    terms = Terms(currency, "en", time_zone)
    return BillingAccount("acme", "acme", "account", "/acme", "main", "enabled", terms, ())


def details(**more: Any) -> BillingDetails:
    """Return billing details that lack nothing."""
    return replace(BillingDetails("acme", "main", BUYER), **more)


def item(
    meter: str, amount: str, *, currency: str = "EUR", days: str = "1 30", month: str = "2026-11"
) -> LineItem:
    """Return a line item; all of it is charged on the last of two days, nothing on the first."""
    first, last = (date.fromisoformat(f"{month}-{int(day):02}") for day in days.split())
    money, nothing = Money(D(amount), currency), Money(D(amount) - D(amount), currency)
    charges = (Charge(first, None, nothing), Charge(last, None, money))
    if meter == "commitment" or meter.startswith("credit:"):
        return LineItem(meter, None, money, charges)
    tariff = Tariff(meter, units_of(meter)[0], D(amount))
    step = Step(StepKind.FLAT, D(amount), D(1), D(amount))
    return LineItem(meter, D(1), money, charges, Pricing(tariff, Origin.LIST, SINCE, D(1), (step,)))


def period(
    *items: LineItem, currency: str = "EUR", month: str = "2026-11", zone: str = "UTC"
) -> RatedPeriod:
    """Return a rated period of those lines."""
    return RatedPeriod(BillingPeriod(month, zone), currency, items, ())


def invoice(
    rated: RatedPeriod,
    issuer: Issuer | None = None,
    *,
    tax_class: str = "standard",
    corrected: Sequence[tuple[RatedPeriod, RatedPeriod]] = (),
    **more: Any,
) -> Document:
    """Return the invoice of a period, after it has been reckoned again."""
    issuer = issuer or an_issuer()
    told: dict[str, Any] = {"issued_at": ISSUED, "number": "INV-2026-00042", **more}
    account = an_account(rated.currency, rated.period.time_zone)
    made = draft(rated, account, details(tax_class=tax_class), issuer, **told)
    check_document(made, rated, issuer.taxes, tax_class=tax_class, corrected=corrected)
    return made


def groups(document: Document) -> str:
    """Return key, taxable amount and tax of each group, as a table has them."""
    return " ".join(f"{each.key}={each.taxable}/{each.amount}" for each in document.taxes)
