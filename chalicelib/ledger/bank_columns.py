"""What the columns of bank statements are called, in the languages of the banks."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

import msgspec

from chalicelib.currencies import minor_unit
from chalicelib.errors import UnknownCurrency

Field = Literal[
    "day", "amount", "credit", "debit", "sign", "reference", "payer", "iban", "currency"
]
# Words of one language; those of `en` are used by banks of the United States, too, who write the
# month before the day. Of two columns for one thing, the one named earlier here counts.
_EN: dict[Field, str] = {
    "day": "booking date|posting date|post date|posted date|posted|transaction date|date|"
    "completed date|date completed|value date|effective date",
    "amount": "amount|transaction amount|net amount|total amount",
    "credit": "credit|credit amount|credits|deposit|deposits|deposit amount|money in|in|incoming",
    "debit": "debit|debit amount|debits|withdrawal|withdrawals|withdrawal amount|money out|out|"
    "outgoing",
    "sign": "type|credit debit|debit credit|credit or debit|debit or credit|indicator|"
    "credit debit indicator",
    "reference": "payment reference|reference|remittance information|remittance|narrative|"
    "description|transaction description|details|transaction details|payment details|memo|note|"
    "message|purpose|end to end reference|end to end id",
    "payer": "payer|payer name|counterparty|counterparty name|sender|sender name|debtor|"
    "debtor name|remitter|remitter name|name|from|partner name|customer name|payee payer",
    "iban": "iban|counterparty iban|payer iban|debtor iban|partner iban|counterparty account|"
    "payer account",
    "currency": "currency|currency code|ccy",
}
_ELSEWHERE: tuple[dict[Field, str], ...] = (
    {  # India and Britain
        "day": "txn date|tran date|trans date|transaction dt|txn posted date|value dt",
        "amount": "amt|transaction amt|txn amount",
        "credit": "credit amt|deposit amt|paid in|cr amount|cr|receipts",
        "debit": "debit amt|withdrawal amt|paid out|dr amount|dr|payments",
        "sign": "dr cr|cr dr|dr or cr|cr or dr|d c|c d",
        "reference": "narration|particulars|transaction remarks|remarks|transaction particulars|"
        "chq ref no|ref no cheque no|ref no|utr|utr no|utr number|cheque no",
        "payer": "remitter account name|party name",
    },
    {
        "day": "buchungstag|buchungsdatum|buchung|datum|valuta|valutadatum|wertstellung|"
        "wertstellungsdatum",
        "amount": "betrag|umsatz|betrag in|umsatz in",
        "credit": "haben|gutschrift|gutschriften|eingang|einzahlung",
        "debit": "soll|lastschrift|belastung|belastungen|ausgang|auszahlung",
        "sign": "soll haben|s h|soll haben kennzeichen|umsatzart soll haben",
        "reference": "verwendungszweck|vwz|zahlungsreferenz|kundenreferenz|referenz|mitteilung|"
        "buchungsdetails|buchungstext|beschreibung|kundenreferenz end to end",
        "payer": "auftraggeber|zahlungspflichtiger|zahlungspflichtige r|auftraggeber empfanger|"
        "auftraggeber empfaenger|beguenstigter zahlungspflichtiger|"
        "begunstigter zahlungspflichtiger|beguenstigter auftraggeber|begunstigter auftraggeber|"
        "name zahlungsbeteiligter|empfanger auftraggeber|auftraggeber in|zahler",
        "iban": "kontonummer iban|iban zahlungsbeteiligter|iban auftraggeber|gegenkonto|"
        "gegenkonto iban|kontonummer",
        "currency": "wahrung|waehrung",
    },
    {
        "day": "date operation|date de l operation|date d operation|date comptable|"
        "date de comptabilisation|date valeur|date de valeur",
        "amount": "montant|montant operation|montant de l operation",
        "credit": "credit euros|montant credit|montant au credit",
        "debit": "debit euros|montant debit|montant au debit",
        "sign": "sens",
        "reference": "libelle|libelle operation|libelle complementaire|libelle simplifie|"
        "communication|motif|reference operation|informations complementaires",
        "payer": "donneur d ordre|emetteur|tiers|nom de l emetteur|nom du tiers|debiteur|"
        "contrepartie",
        "iban": "iban du tiers|compte du tiers|compte contrepartie",
        "currency": "devise",
    },
    {
        "day": "fecha operacion|fecha de operacion|fecha contable|fecha|fecha valor|fecha de valor|"
        "f operacion|f valor",
        "amount": "importe|cantidad|monto|importe operacion",
        "credit": "abono|abonos|haber|ingreso|ingresos",
        "debit": "cargo|cargos|debe|debito|gasto|gastos",
        "reference": "concepto|referencia|descripcion|observaciones|movimiento|detalle|"
        "mas datos|informacion adicional",
        "payer": "ordenante|remitente|pagador|nombre|beneficiario ordenante|ordenante beneficiario",
        "iban": "cuenta ordenante|iban ordenante",
        "currency": "moneda|divisa",
    },
    {
        "day": "दिनांक|तारीख|तिथि|लेनदेन की तारीख|लेनदेन दिनांक",
        "amount": "राशि|रकम",
        "credit": "जमा|जमा राशि",
        "debit": "नामे|निकासी|आहरण",
        "reference": "विवरण|संदर्भ|टिप्पणी",
        "payer": "भुगतानकर्ता|प्रेषक|नाम",
        "currency": "मुद्रा",
    },
)
_WORDS = re.compile(r"[^\W_]+")
_OWN_NAMES = {"rs": "INR", "rupees": "INR", "euro": "EUR", "euros": "EUR"}
# The day on which it was booked counts before the day of its value.
_OF_VALUE = {"value", "valuta", "valutadatum", "wertstellung", "wertstellungsdatum", "valeur"}
_OF_VALUE |= {"valor", "effective"}
_LATER = 1_000
SYMBOLS = {"€": "EUR", "£": "GBP", "₹": "INR"}


class Columns(msgspec.Struct, frozen=True):
    """Which column stands for what, counted from 0.

    Attributes:
        headings: as they were written.
        at: the column of each thing; `reference` may be in several.
        currency: that the heading of an amount names.
        day_first: whether a heading is of a language whose people write the day before the month.
    """

    headings: tuple[str, ...]
    at: dict[Field, int]
    references: tuple[int, ...]
    currency: str | None
    day_first: bool

    @property
    def named(self) -> dict[str, str | None]:
        """The heading of each thing people ask about; None where there is none."""
        amount = self.at.get("amount", self.at.get("credit"))
        told = {
            "day": self.at.get("day"),
            "amount": amount,
            "currency": self.at.get("currency"),
            "payer": self.at.get("payer"),
        }
        named = {name: None if at is None else self.headings[at] for name, at in told.items()}
        return named | {
            "reference": " + ".join(self.headings[at] for at in self.references) or None
        }


def columns_in(cells: Sequence[str]) -> Columns | None:
    """Return what a row of headings names; None if it names no day and no amount.

    >>> columns_in(["Buchungstag", "Verwendungszweck", "Betrag (EUR)"]).currency
    'EUR'
    """
    known: list[tuple[Field, int, int]] = []
    references: list[int] = []
    currency, day_first = None, False
    for at, cell in enumerate(cells):
        words, named = _words(cell)
        found = _KNOWN.get(words)
        if found is None:
            continue
        field, order, foreign = found
        day_first = day_first or foreign
        if field == "reference":
            references.append(at)
            continue
        if field in ("amount", "credit"):
            currency = currency or named
        known.append((field, order, at))
    columns: dict[Field, int] = {}
    for field, _, at in sorted(known, key=lambda each: (each[1], each[2])):
        columns.setdefault(field, at)
    if "day" not in columns or not {"amount", "credit"} & set(columns):
        return None
    headings = tuple(cell.strip() for cell in cells)
    return Columns(headings, columns, tuple(references), currency, day_first)


def _words(heading: str) -> tuple[str, str | None]:
    """Return a heading's bare words, and the currency that it names beside them."""
    plain = unicodedata.normalize("NFKD", heading.replace("ß", "ss").casefold())
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = _WORDS.findall(unicodedata.normalize("NFC", bare))
    for at, word in enumerate(words):
        code = _currency(word)
        if code is not None and len(words) > 1:
            return " ".join(words[:at] + words[at + 1 :]), code
    symbol = next((code for symbol, code in SYMBOLS.items() if symbol in heading), None)
    return " ".join(words), symbol


def _currency(word: str) -> str | None:
    if word in _OWN_NAMES:
        return _OWN_NAMES[word]
    try:
        minor_unit(word.upper())
    except UnknownCurrency:
        return None
    return word.upper()


def _known() -> dict[str, tuple[Field, int, bool]]:
    """Return what each heading means, which one is better, and whether it is of elsewhere."""
    known: dict[str, tuple[Field, int, bool]] = {}
    for language in (_EN, *_ELSEWHERE):
        for field, names in language.items():
            for name in names.split("|"):
                words, _ = _words(name)
                later = _LATER if _OF_VALUE & set(words.split()) else 0
                known.setdefault(words, (field, len(known) + later, language is not _EN))
    return known


_KNOWN = _known()
