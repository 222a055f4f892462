"""Who buys in the stories."""

from chalicelib.invoicing.parties import Address, Party

ACME_LTD = Party("Acme Ltd", Address(("1 Main Street",), "Dublin", "D02 X285", "IE"), "IE6388047V")
GLOBEX_PVT = Party(
    "Globex Pvt Ltd", Address(("4 MG Road",), "Pune", "411001", "IN", "MH"), "27AAAAA0000A1Z5"
)
INITECH_WLL = Party("Initech WLL", Address(("Salhiya Complex",), "Kuwait City", "13001", "KW"))


def days(month: str, first: int, last: int) -> list[str]:
    """Return days of a month, both ends among them."""
    return [f"{month}-{day:02}" for day in range(first, last + 1)]
