"""`/usage`: what an account used."""

from collections.abc import Iterator
from datetime import date, timedelta

from chalice.app import Response

from chalicelib.accounts import BillingAccount
from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import Request, sensible_day, wrong
from chalicelib.entrypoints.tokens import place_in, token_for
from chalicelib.errors import Conflict, Unavailable
from chalicelib.metering.usage import usage_in
from chalicelib.periods import Period, instant_text, local_day, time_zone_named
from chalicelib.rating.cuts import clip
from chalicelib.reporting.documents import Document
from chalicelib.reporting.usage import TAGS_NOTE, Names, Place, UsageReport, Used, width_of
from chalicelib.runs.progress import collected_up_to
from chalicelib.runs.retries import until_settled

_MOST_DAYS = 92
_GROUPS = ("resource", "meter", "offering", "zone", "sub_account")
_TAG = "tag:"
# Of a tag's key in CloudStack (table `resource_tags`).
_LONGEST_KEY = 255
_DAY = timedelta(days=1)


def show_usage(request: Request) -> Response:
    """Usage from a day to a day, by resource, meter, offering, zone, sub account or tag."""
    account = request.account()
    first, last = request.days(_MOST_DAYS, f"{_MOST_DAYS} days")
    grouping = _grouping(request)
    after = _place(request.query["next"], grouping) if "next" in request.query else None
    span = _span(account, sensible_day(first, "from"), sensible_day(last, "to"))
    try:
        rows, more = until_settled(lambda: _page(request, account, span, grouping, after))
    except Conflict:
        message = "the usage is just being stored anew; try again in a minute"
        raise Unavailable(message) from None
    windows = request.wiring.windows
    as_of = collected_up_to(account, lambda each: windows.connection(each).complete_up_to, span)
    return reply(
        {
            "from": first.isoformat(),
            "to": last.isoformat(),
            "group": grouping,
            "as_of": None if as_of is None else instant_text(as_of),
            "tags_note": TAGS_NOTE,
            "rows": rows,
            "next": None if more is None else token_for(more),
        }
    )


def _page(
    request: Request, account: BillingAccount, span: Period, grouping: str, after: Place | None
) -> tuple[list[Document], Place | None]:
    """Return the rows of one page, and where it ends if more follow."""
    report = UsageReport(grouping, after)
    for used in _used(request, account, span):
        report.add(used)
    return report.page(_names(request, account))


def _used(request: Request, account: BillingAccount, span: Period) -> Iterator[Used]:
    """Yield what the account's members used while they belonged to it."""
    for membership in account.memberships:
        held = membership.within(span)
        if held is None:
            continue
        sub_account = membership.sub_account
        for _, packed in request.wiring.usage.of(membership.connection, sub_account, held):
            yield Used(sub_account, clip(usage_in(packed), held.start, held.end))


def _names(request: Request, account: BillingAccount) -> "Names":
    """Return the last known names of what the account may have used."""
    catalogue = request.wiring.catalogues.of_all(account.connections)
    sub_accounts = {account.id: account.name}
    if any(each.sub_account != account.id for each in account.memberships):
        sub_accounts = {each.id: each.name for each in request.wiring.accounts.sub_accounts()}
    return Names(catalogue, sub_accounts)


def _span(account: BillingAccount, first: date, last: date) -> Period:
    zone = time_zone_named(account.terms.time_zone)
    return Period(local_day(first, zone), local_day(last + _DAY, zone))


def _grouping(request: Request) -> str:
    """Return what the usage is summed up by."""
    asked = request.query.get("group", _GROUPS[0])
    key = asked.removeprefix(_TAG)
    if asked in _GROUPS or (asked.startswith(_TAG) and 1 <= len(key) <= _LONGEST_KEY):
        return asked
    raise wrong("group", f"expected {', '.join(_GROUPS)} or tag:<key>, not {asked!r}")


def _place(token: str, grouping: str) -> Place:
    """Return the place that a token tells of."""
    told = place_in(token, list[int | str])
    if [type(each) for each in told] != [int, *[str] * (width_of(grouping) - 1)]:
        raise wrong("next", "is of another grouping: read the list from its beginning")
    return tuple(told)
