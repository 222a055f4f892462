"""What every document has: letterhead, parties, facts, and the margins of its pages."""

from collections.abc import Sequence

from chalicelib.invoicing.parties import Address, Party
from chalicelib.typesetting.readers import Reader

# Label and value.
Fact = tuple[str, str]


def framed(
    reader: Reader,
    *,
    title: str,
    kind: str,
    issuer: Party,
    header: str,
    footer: str,
    draft: bool,
    parties: Sequence[dict[str, object]],
    facts: Sequence[Fact],
) -> dict[str, object]:
    """Return the part of a view that no document is without."""
    return {
        "language": reader.language,
        "region": reader.region,
        "direction": reader.direction,
        "title": title,
        "kind": kind,
        "issuer": issuer.name,
        "logo_text": reader.say("logo", name=issuer.name),
        "header": text_lines(header),
        "footer": text_lines(footer),
        "draft": reader.say("draft") if draft else None,
        "page": reader.say("page", page="{page}", pages="{pages}"),
        "parties": parties,
        "facts": facts,
    }


def party_view(label: str, party: Party, reader: Reader) -> dict[str, object]:
    """Return a party as it is written under its label."""
    numbers = [
        f"{reader.say(key)}: {value}"
        for key, value in (("tax_id", party.tax_id), ("registration", party.registration))
        if value
    ]
    others = [party.email] if party.email else []
    return {
        "label": label,
        "name": party.name,
        "lines": [*address_lines(party.address, reader), *numbers, *others],
    }


def address_lines(address: Address, reader: Reader) -> list[str]:
    """Return an address line by line, the country by its name.

    The post code stands before the city but where the country's habit is another.
    """
    city = address.city
    if address.postal_code:
        pair = (address.city, address.postal_code)
        city = " ".join(pair if address.country in _CITY_FIRST else pair[::-1])
    lines = [*address.lines, city, address.region, reader.country(address.country)]
    return [line for line in lines if line.strip()]


def text_lines(text: str) -> list[str]:
    """Return the lines of a text that are not blank."""
    return [line.strip() for line in text.splitlines() if line.strip()]


# UPU S42 address templates: countries whose post code follows the city.
_CITY_FIRST = frozenset(
    "AE AU BD BH CA CN EG GB HK ID IE IN IQ JO JP KR KW LB LK NG NP NZ OM PH PK QA SA SG TH TW US"
    " VN ZA".split()
)
