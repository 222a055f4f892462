"""Documents with round numbers that add up."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec

from chalicelib.exchange_rates import ExchangeRate
from chalicelib.invoicing.annex import AnnexRow
from chalicelib.invoicing.documents import (
    Correction,
    Document,
    DocumentLine,
    Forced,
    InTaxCurrency,
    Kind,
    Reference,
    Settled,
    TaxGroup,
    TaxShare,
)
from chalicelib.invoicing.issuers import Issuer
from chalicelib.invoicing.parties import Address, Bank, Party
from chalicelib.ledger.entries import Fact
from chalicelib.ledger.statements import Movement, Statement

ISSUER = Party(
    "Nordwolke Rechenzentrum GmbH",
    Address(("Am Speicher 12",), "Hamburg", "20457", "DE"),
    tax_id="DE123456789",
    registration="HRB 98765",
    email="billing@nordwolke.example",
)
CUSTOMER = Party(
    "Brightwater Analytics Ltd",
    Address(("Unit 4, Harbour House", "12 Quay Street"), "Galway", "H91 XY00", "IE"),
    tax_id="IE1234567T",
)
ISSUED_AT = datetime(2026, 12, 3, 6, 0, tzinfo=UTC)
START, END = date(2026, 11, 1), date(2026, 11, 30)
OCTOBER = Reference("0" * 32, "NW-2026-0107", date(2026, 11, 3))
LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 220 60"><circle cx="30" cy="30" r="22"'
    b' fill="#1f3f66"/><path d="M20 36h22a7 7 0 0 0 0-14 10 10 0 0 0-19 3 6 6 0 0 0-3 11z"'
    b' fill="#fff"/><rect x="64" y="18" width="150" height="10" fill="#1f3f66"/>'
    b'<rect x="64" y="34" width="104" height="8" fill="#8fa3ba"/></svg>'
)


def line(
    service: str,
    name: str,
    amount: str,
    *,
    quantity: str | None = None,
    unit: str = "",
    unit_price: str | None = None,
    tax: str = "S:20",
    **others: object,
) -> DocumentLine:
    values = {"period": "2026-11", "start": START, "end": END, "category": "usage"} | others
    return DocumentLine(
        id=f"{service}/{name}",
        service=service,
        name=name,
        amount=Decimal(amount),
        tax=tax,
        quantity=None if quantity is None else Decimal(quantity),
        unit=unit,
        unit_price=None if unit_price is None else Decimal(unit_price),
        **values,  # type: ignore[arg-type]
    )


LINES = (
    line("virtual_machines", "vCPU", "720.00", quantity="7200", unit="vCPU-hour", unit_price="0.1"),
    line("virtual_machines", "Memory", "288", quantity="28800", unit="GiB-hour", unit_price="0.01"),
    line("volumes", "Primary storage, SSD", "72", quantity="720000", unit="GiB-hour", unit_price="0.0001"),
    line("data_transfer", "Sent to the internet", "25", quantity="1250.5", unit="GiB"),
    line(
        "services", "Managed backup, gold", "150", quantity="1", unit="month", unit_price="150",
        category="purchase", start=date(2026, 11, 16),
    ),
    line(
        "volumes", "Primary storage, SSD", "-5", period="2026-10", start=date(2026, 10, 1),
        end=date(2026, 10, 31), category="adjustment",
        correction=Correction(OCTOBER, Decimal(80), Decimal(75)),
    ),
    line("credits", "Welcome credit", "-250", category="credit"),
)  # fmt: skip


def invoice(language: str = "en", currency: str = "EUR", **others: object) -> Document:
    """Return an invoice over 1000.00, with 200.00 tax, of which 300.00 are paid."""
    values: dict[str, object] = {
        "id": "1" * 32,
        "kind": Kind.INVOICE,
        "number": "NW-2026-0131",
        "account": "brightwater",
        "issuer_id": "nordwolke",
        "issuer": ISSUER,
        "customer": CUSTOMER,
        "issued_at": ISSUED_AT,
        "issued_on": date(2026, 12, 3),
        "time_zone": "Europe/Berlin",
        "language": language,
        "currency": currency,
        "lines": LINES,
        "taxes": (TaxGroup("S:20", "VAT", "S", Decimal(20), Decimal(1000), Decimal(200)),),
        "net": Decimal(1000),
        "tax": Decimal(200),
        "total": Decimal(1200),
        "payable": Decimal(900),
        "due_on": date(2026, 12, 17),
        "period": "2026-11",
        "start": START,
        "end": END,
        "settled": (Settled("wallet", Decimal(250)), Settled("credit", Decimal(50))),
        "exchange_rates": (
            ExchangeRate("USD", currency, date(2026, 11, 30), Decimal("0.8765"), "hand"),
        ),
        "buyer_reference": "PO 4500012345",
        "bank": Bank(ISSUER.name, "DE89370400440532013000", "COBADEFFXXX", "Commerzbank"),
        "header": "Cloud infrastructure from Hamburg",
        "footer": "Nordwolke Rechenzentrum GmbH · Managing directors: A. Petersen, L. Brandt\n"
        "Amtsgericht Hamburg HRB 98765 · VAT DE123456789",
    }
    return Document(**(values | others))  # type: ignore[arg-type]


def indian_invoice(language: str = "en-IN") -> Document:
    """Return an invoice over 12,34,500.00 rupees with CGST and SGST of nine percent each."""
    lines = (
        line("virtual_machines", "Compute", "1200000", quantity="150000", unit="hour",
             unit_price="8", tax="S:18"),
        line("volumes", "Storage", "34500", quantity="345000", unit="GiB-hour", unit_price="0.1",
             tax="S:18"),
    )  # fmt: skip
    tax = Decimal(222210)
    parts = (
        TaxShare("CGST", Decimal(9), Decimal(111105)),
        TaxShare("SGST", Decimal(9), Decimal(111105)),
    )
    group = TaxGroup("S:18", "GST", "S", Decimal(18), Decimal(1234500), tax, parts=parts)
    return invoice(
        language,
        "INR",
        number="NW/2026-27/0131",
        issuer=Party(
            "Nimbus Cloud Services Private Limited",
            Address(
                ("4th Floor, Tech Park", "Outer Ring Road"),
                "Bengaluru",
                "560103",
                "IN",
                "Karnataka",
            ),
            tax_id="29ABCDE1234F1Z5",
        ),
        customer=Party(
            "सूर्य टेक्सटाइल्स प्राइवेट लिमिटेड",
            Address(("12, महात्मा गांधी मार्ग",), "Mysuru", "570001", "IN", "Karnataka"),
            tax_id="29PQRST6789G1Z3",
        ),
        lines=lines,
        taxes=(group,),
        net=Decimal(1234500),
        tax=tax,
        total=Decimal(1456710),
        payable=Decimal(1456710),
        settled=(),
        exchange_rates=(),
        bank=Bank("Nimbus Cloud Services Private Limited", "", "HDFCINBB", "HDFC Bank 0012345678"),
        footer="",
        header="",
    )


def dinar_invoice(language: str = "ar-KW") -> Document:
    """Return an invoice over 1000.500 dinars without tax, for a customer in Kuwait."""
    lines = (
        line("virtual_machines", "Compute", "1000", quantity="20000", unit="hour",
             unit_price="0.05", tax="O:0"),
        line("data_transfer", "Sent to the internet", "0.5", quantity="10", unit="GiB",
             unit_price="0.05", tax="O:0"),
    )  # fmt: skip
    group = TaxGroup(
        "O:0",
        "VAT",
        "O",
        Decimal(0),
        Decimal("1000.5"),
        Decimal(0),
        note="Outside the scope of VAT",
    )
    rate = ExchangeRate("EUR", "KWD", date(2026, 11, 30), Decimal("0.3345"), "ecb")
    return invoice(
        language,
        "KWD",
        customer=Party(
            "شركة الخليج للتجارة ذ.م.م.",
            Address(("شارع فهد السالم، برج 7",), "الكويت", "13001", "KW"),
        ),
        lines=lines,
        taxes=(group,),
        net=Decimal("1000.5"),
        tax=Decimal(0),
        total=Decimal("1000.5"),
        payable=Decimal("1000.5"),
        settled=(),
        exchange_rates=(rate,),
        in_tax_currency=InTaxCurrency("EUR", Decimal(0), (rate,)),
    )


def credit_note(language: str = "en") -> Document:
    """Return a credit note over half of what `invoice` was for."""
    return invoice(
        language,
        kind=Kind.CREDIT_NOTE,
        number="NW-C-2026-0004",
        lines=(line("virtual_machines", "vCPU", "500"),),
        taxes=(TaxGroup("S:20", "VAT", "S", Decimal(20), Decimal(500), Decimal(100)),),
        net=Decimal(500),
        tax=Decimal(100),
        total=Decimal(600),
        payable=Decimal(600),
        due_on=None,
        settled=(),
        exchange_rates=(),
        refers_to=Reference("1" * 32, "NW-2026-0131", date(2026, 12, 3)),
        reason="Zone down from 3 to 9 November",
    )


def receipt(language: str = "en") -> Document:
    """Return a receipt for a top-up of 600.00."""
    return invoice(
        language,
        kind=Kind.RECEIPT,
        number="NW-R-2026-0009",
        lines=(line("top_up", "Prepaid balance", "600", category="purchase", tax=""),),
        taxes=(),
        net=Decimal(600),
        tax=Decimal(0),
        total=Decimal(600),
        payable=Decimal(0),
        due_on=None,
        period="",
        start=None,
        end=None,
        settled=(Settled("payment", Decimal(600)),),
        exchange_rates=(),
        method="bank",
        top_up="5f0c2a9d41b7",
    )


def forced_invoice(language: str = "en") -> Document:
    """Return an invoice that somebody had issued, in two taxes, one of them told in złoty."""
    rate = ExchangeRate("EUR", "PLN", date(2026, 11, 30), Decimal("4.25"), "ecb")
    reverse = TaxGroup(
        "AE:0", "Reverse charge", "AE", Decimal(0), Decimal(150), Decimal(0),
        note="VAT is to be accounted for by the recipient (Article 196 of Directive 2006/112/EC)",
    )  # fmt: skip
    return invoice(
        language,
        lines=tuple(
            msgspec.structs.replace(each, tax="AE:0") if each.service == "services" else each
            for each in LINES
        ),
        taxes=(TaxGroup("S:20", "VAT", "S", Decimal(20), Decimal(850), Decimal(170)), reverse),
        tax=Decimal(170),
        total=Decimal(1170),
        payable=Decimal(870),
        in_tax_currency=InTaxCurrency("PLN", Decimal("722.50"), (rate,)),
        forced=Forced(
            "admin",
            datetime(2026, 12, 3, 5, 30, tzinfo=UTC),
            "The customer closes the year today.",
            ("2 records are held for a person to look at",),
        ),
    )


def draft(language: str = "en") -> Document:
    """Return the draft of the running month."""
    return invoice(language, number="", due_on=None, settled=(), payable=Decimal(1200))


def annex(count: int) -> Sequence[AnnexRow]:
    """Return rows of an annex."""
    return [
        AnnexRow(
            "virtual_machines",
            f"web-{number:05}",
            f"0b2f6c1e-1111-4222-8333-{number:012}",
            Decimal(720),
            "hour",
            Decimal(number),
            "Compute, running",
        )
        for number in range(count)
    ]


def statement() -> Statement:
    """Return November: 100.00 were owed, 1200.00 were invoiced, 800.00 were paid."""
    facts = (
        (3, Fact.INVOICE, "NW-2026-0107", "1200", "1300"),
        (9, Fact.PAYMENT, "INV 0107 Brightwater", "-800", "500"),
        (20, Fact.CREDIT_NOTE, "NW-C-2026-0003", "-50.50", "449.50"),
    )
    movements = tuple(
        Movement(
            at=datetime(2026, 11, day, 12, tzinfo=UTC),
            day=date(2026, 11, day),
            fact=fact,
            reference=reference,
            document="",
            amount=Decimal(amount),
            balance=Decimal(balance),
            posting=reference,
        )
        for day, fact, reference, amount, balance in facts
    )
    return Statement("brightwater", "EUR", Decimal(100), movements, Decimal("449.50"))


def issuer() -> Issuer:
    """Return who issues `invoice`."""
    return Issuer(
        "nordwolke",
        ISSUER,
        "Europe/Berlin",
        "2026-01",
        {"invoice": "NW-{year}-{n:04}"},
        (),
        header="Cloud infrastructure from Hamburg",
        footer="Nordwolke Rechenzentrum GmbH",
    )
