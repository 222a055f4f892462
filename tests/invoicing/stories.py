"""Documents of many kinds, made without the modules that draft them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal as D

from msgspec.structs import replace

from chalicelib.currencies import minor_unit
from chalicelib.exchange_rates import ExchangeRate
from chalicelib.invoicing.documents import (
    Correction,
    Document,
    DocumentLine,
    InTaxCurrency,
    Kind,
    Reference,
    Settled,
    TaxGroup,
    TaxShare,
)
from chalicelib.invoicing.parties import Address, Bank, Party
from chalicelib.money import rounded

SELLER = Party(
    "Nordlicht Cloud GmbH & Co. KG",
    Address(("Hafenstraße 7", "Haus <B>", "3. Stock"), "Hamburg", "20457", "DE"),
    tax_id="DE123456789",
    registration="HRB 12345",
    email="billing@nordlicht.example",
    electronic_address="0088:7300010000001",
)
BUYER = Party(
    "Globex B.V.",
    Address(("Keizersgracht 1",), "Amsterdam", "1015 CJ", "NL", "Noord-Holland"),
    tax_id="NL123456789B01",
    email="ap@globex.example",
)
BANK = Bank("Nordlicht Cloud", "DE02 1203 0000 0000 2020 51", "BYLADEM1001", "DKB")
START, END = date(2026, 10, 1), date(2026, 10, 31)
EARLIER = Reference("0" * 31 + "1", "NL-2026-0007", date(2026, 10, 3))
S19 = TaxGroup("S:19", "VAT", "S", D(19), D(0), D(0))
S7 = TaxGroup("S:7", "VAT", "S", D(7), D(0), D(0))
EXEMPT = TaxGroup("E:0", "Exempt", "E", D(0), D(0), D(0), "Exempt under Art. 132", "VATEX-EU-132")
REVERSE = TaxGroup("AE:0", "Reverse charge", "AE", D(0), D(0), D(0), "Reverse charge")
OUTSIDE = TaxGroup("O:0", "Not taxed", "O", D(0), D(0), D(0), "Not subject to VAT")
SUPPLY = TaxGroup("K:0", "Intra-community", "K", D(0), D(0), D(0), "Intra-community supply")
EXPORT = TaxGroup("G:0", "Export", "G", D(0), D(0), D(0), "Export outside the EU")
GST = TaxGroup(
    "S:18",
    "GST",
    "S",
    D(18),
    D(0),
    D(0),
    parts=(TaxShare("CGST", D(9), D(0)), TaxShare("SGST", D(9), D(0))),
)


def line(amount: str, tax: TaxGroup = S19, **more: object) -> DocumentLine:
    """Return a line of October."""
    plain = DocumentLine(
        "line", "virtual_machines", "Running VM", D(amount), tax.key, "2026-10", START, END, "usage"
    )
    return replace(plain, **more)


def document(
    lines: Sequence[DocumentLine], groups: Sequence[TaxGroup] = (S19,), **more: object
) -> Document:
    """Return an invoice of lines, with its tax and totals reckoned from them."""
    currency = str(more.get("currency", "EUR"))
    taxes = tuple(_reckoned(group, lines, minor_unit(currency)) for group in groups)
    net = sum((each.amount for each in lines), D(0))
    tax = sum((group.amount for group in taxes), D(0))
    settled = more.get("settled", ())
    assert isinstance(settled, tuple)
    plain = Document(
        "f" * 32,
        Kind.INVOICE,
        "NL-2026-0042",
        "globex",
        "nordlicht",
        SELLER,
        BUYER,
        datetime(2026, 11, 3, 9, tzinfo=UTC),
        date(2026, 11, 3),
        "Europe/Berlin",
        "en",
        currency,
        tuple(lines),
        taxes,
        net,
        tax,
        net + tax,
        net + tax - sum((each.amount for each in settled), D(0)),
        due_on=date(2026, 11, 17),
        period="2026-10",
        start=START,
        end=END,
        bank=BANK,
    )
    return replace(plain, **more)


def _reckoned(group: TaxGroup, lines: Sequence[DocumentLine], digits: int) -> TaxGroup:
    taxable = sum((each.amount for each in lines if each.tax == group.key), D(0))
    amount = rounded(taxable * group.percent / 100, digits)
    parts = tuple(
        replace(part, amount=rounded(taxable * part.percent / 100, digits)) for part in group.parts
    )
    return replace(group, taxable=taxable, amount=amount, parts=parts)


HOURS = line("29.90", quantity=D(744), unit="hour", unit_price=D("0.0401881720430107"))
TRAFFIC = line("12.35", quantity=D("123.4567"), unit="GiB", unit_price=D("0.10"), name="Data sent")
TIERED = line("512.00", quantity=D(12345), unit="GiB-hour", name="Volume")
CREDIT = line("-25.00", name="Promotional credit", category="credit", service="credits")
NEGATIVE = line("-1.50", quantity=D(-15), unit="GiB", unit_price=D("0.10"), name="Data received")
NOTHING = line("0.00", quantity=D(10), unit="request", name="Disk reads")
CORRECTED = line(
    "3.20",
    name="Snapshot",
    period="2026-09",
    start=date(2026, 9, 1),
    end=date(2026, 9, 30),
    correction=Correction(EARLIER, D("10.00"), D("13.20")),
)
_RATE = ExchangeRate("EUR", "USD", date(2026, 10, 30), D("1.0825"), "ecb")
_BARE = Party("Initech", Address((), "", "", "US"))
_NOTE = {"kind": Kind.CREDIT_NOTE, "number": "CN-2026-0003", "refers_to": EARLIER, "due_on": None}

DOCUMENTS = {
    "plain": document([HOURS, TRAFFIC, TIERED]),
    "several rates": document(
        [HOURS, line("10.05", S7), line("4.00", EXEMPT)], (S19, S7, EXEMPT), header="Hello\nthere"
    ),
    "exempt": document([line("80.00", EXEMPT)], (EXEMPT,)),
    "reverse charge": document([line("80.00", REVERSE)], (REVERSE,)),
    "outside of scope": document([line("80.00", OUTSIDE)], (OUTSIDE,)),
    "outside of scope, without a register": document(
        [line("80.00", OUTSIDE)], (OUTSIDE,), issuer=replace(SELLER, registration="")
    ),
    "outside of scope beside taxed": document(
        [HOURS, line("5.00", OUTSIDE), line("2.00", EXEMPT)], (S19, OUTSIDE, EXEMPT)
    ),
    "intra-community": document([line("80.00", SUPPLY)], (SUPPLY,)),
    "export": document([line("80.00", EXPORT)], (EXPORT,), customer=_BARE),
    "negative lines": document([HOURS, TIERED, NEGATIVE, CREDIT, NOTHING]),
    "negative total": document(
        [HOURS, line("-100.00", category="credit")], settled=(Settled("credit", D("-83.42")),)
    ),
    "nothing to pay": document(
        [HOURS], settled=(Settled("drawn", D("35.58")),), due_on=date(2026, 11, 3)
    ),
    "settled in part": document(
        [HOURS], settled=(Settled("wallet", D("10.00")), Settled("credit", D("5.58")))
    ),
    "yen": document(
        [line("4464", quantity=D("743.99"), unit="hour", unit_price=D(6)), line("36")],
        currency="JPY",
        issuer=replace(SELLER, tax_id="T1234567890123"),
    ),
    "tax currency": document(
        [HOURS],
        currency="USD",
        in_tax_currency=InTaxCurrency("EUR", D("5.25"), (_RATE,)),
        exchange_rates=(_RATE,),
        buyer_reference="PO-77",
    ),
    "corrections": document(
        [HOURS, CORRECTED, line("-2.00", correction=CORRECTED.correction)], language="de-DE"
    ),
    "two groups of one rate": document(
        [line("0.15"), line("0.15", replace(S19, key="S:19:Levy"))],
        (S19, replace(S19, key="S:19:Levy", name="Levy")),
    ),
    "no bank, no number, no address": document(
        [HOURS], bank=Bank(), customer=_BARE, issuer=replace(SELLER, electronic_address="")
    ),
    "India": document(
        [line("0.15", GST)] * 10,
        (GST,),
        currency="INR",
        issuer=Party(
            "Ganga Cloud Pvt Ltd",
            Address(("MG Road",), "Mumbai", "400001", "IN", "Maharashtra"),
            tax_id="27AAPFU0939F1ZV",
            email="a@ganga.example",
        ),
        customer=Party(
            "Initrode",
            Address((), "Pune", "411001", "IN"),
            "29AAGCB7383J1Z4",
            "U72200",
            "b@c.example",
        ),
    ),
    "names": document(
        [line("1.00", name="<script>&amp; \"quoted\" 'x' ]]>"), line("2.00", name="خادم افتراضي")],
        customer=replace(BUYER, name="شركة المثال & Söhne <b>\x00\x1f\ud800"),
        footer="a < b && c > d",
    ),
    "credit note": document(
        [HOURS, TRAFFIC], **_NOTE, reason="Outage on 12 October", start=None, end=None, period=""
    ),
    "credit note of several rates": document(
        [HOURS, line("10.05", S7), NEGATIVE], (S19, S7), **_NOTE
    ),
    "credit note, reverse charge": document([line("80.00", REVERSE)], (REVERSE,), **_NOTE),
    "credit note in tax currency": document(
        [HOURS],
        currency="USD",
        in_tax_currency=InTaxCurrency("EUR", D("5.25"), (_RATE,)),
        **_NOTE,
    ),
}
# What needs three decimals cannot follow the rules of the standard that allow two.
DINARS = document(
    [line("4.125", quantity=D(33), unit="hour", unit_price=D("0.125")), line("1.500")],
    currency="KWD",
)
