"""Addresses that mail is sent to."""

from collections.abc import Sequence

from chalicelib.errors import InvalidInput

_SHOWN = 80


def checked_email(text: str) -> str:
    """Return an e-mail address as it is written to.

    Raises:
        InvalidInput: it is none.
    """
    # Imported here: its tables of regular expressions would slow every cold start.
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415

    try:
        checked = validate_email(text.strip(), check_deliverability=False)
    except EmailNotValidError:
        raise InvalidInput(f"{text.strip()[:_SHOWN]!r} is not an e-mail address") from None
    return checked.ascii_email or checked.normalized


def checked_emails(texts: Sequence[str], least: int, most: int) -> tuple[str, ...]:
    """Return the addresses of recipients, all different.

    Raises:
        InvalidInput: one is no address, two are alike, or there are too few or too many.
    """
    if not least <= len(texts) <= most:
        raise InvalidInput(f"give {least} to {most} recipients")
    addresses = [checked_email(text) for text in texts]
    if len({address.casefold() for address in addresses}) != len(addresses):
        raise InvalidInput("two recipients are alike")
    return tuple(addresses)
