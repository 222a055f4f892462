"""Who belongs to whom, told as timelines, and checked against the rules for any roll-ups."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.accounts import Membership, SubAccount
from chalicelib.periods import Period, local_day, time_zone_named
from chalicelib.roll_ups import RollUp, chained, memberships

DOMAINS = {
    "ada": "/acme",
    "bob": "/acme",
    "sue": "/acme/sales",
    "tim": "/acme/sales/emea",
    "gus": "/globex",
    "apollo": "/acme",
}
SUB_ACCOUNTS = [
    SubAccount(name, "main", "project" if name == "apollo" else "account", name, domain)
    for name, domain in DOMAINS.items()
]
ZONES = {
    "corp": "UTC",
    "group": "UTC",
    "bombay": "Asia/Kolkata",
    "alaska": "America/Anchorage",
    **{name: "UTC" for name in DOMAINS},
}


def november(day: str) -> date:
    return date(2026, 11, int(day))


def read(text: str, connection: str = "main") -> RollUp:
    """Return the roll-up that `ada > corp 10-20` says: from 10 to 20 November, not included."""
    source, _, target, days = text.split()
    start, _, end = days.partition("-")
    kinds = {"apollo": "project"}
    kind = "domain" if source.startswith("/") else kinds.get(source, "account")
    until = november(end) if end else None
    return RollUp(connection, kind, source, target, november(start), until)  # type: ignore[arg-type]


def timeline(name: str, roll_ups: Iterable[RollUp]) -> str:
    """Return who a sub account belongs to, with the days on which that changes."""
    found = memberships(SUB_ACCOUNTS, roll_ups, ZONES)
    its = [
        (each.start, each.end, to)
        for to, all_of in found.items()
        for each in all_of
        if each.sub_account == name
    ]
    its.sort(key=lambda each: (each[0] is not None, each[0]))
    assert all(before[1] == after[0] for before, after in pairwise(its))
    assert its[0][0] is None and its[-1][1] is None
    return " ".join(to if start is None else f"{start:%-d} {to}" for start, _, to in its)


def test_a_sub_account_belongs_to_the_most_specific_roll_up_that_holds(table) -> None:
    """
    roll-ups                                               | who    | belongs to
                                                           | ada    | ada
    ada > corp 10                                          | ada    | ada 10 corp
    ada > corp 10                                          | bob    | bob
    ada > corp 10-20                                       | ada    | ada 10 corp 20 ada
    ada > corp 10-10                                       | ada    | ada
    apollo > corp 10                                       | apollo | apollo 10 corp
    apollo > ada 10                                        | ada    | ada
    /acme > corp 10                                        | ada    | ada 10 corp
    /acme > corp 10                                        | apollo | apollo 10 corp
    /acme > corp 10                                        | tim    | tim 10 corp
    /acme > corp 10                                        | gus    | gus
    / > corp 10                                            | gus    | gus 10 corp
    /acme > corp 10, /acme/sales > group 10                | tim    | tim 10 group
    /acme > corp 10, /acme/sales > group 10                | ada    | ada 10 corp
    /acme > corp 10, /acme/sales > group 15-20             | sue    | sue 10 corp 15 group 20 corp
    /acme/sales > group 5, /acme > corp 10                 | sue    | sue 5 group
    /acme > corp 10, sue > group 5-15                      | sue    | sue 5 group 15 corp
    /acme > corp 10, ada > ada 10                          | ada    | ada
    /acme > corp 10, ada > ada 12-14                       | ada    | ada 10 corp 12 ada 14 corp
    /acme > ada 10                                         | ada    | ada
    /acme > ada 10                                         | bob    | bob 10 ada
    """
    for row in table:
        roll_ups = [read(each) for each in row["roll-ups"].split(",") if each]
        assert timeline(row["who"], roll_ups) == row["belongs to"], row
        assert timeline(row["who"], reversed(roll_ups)) == row["belongs to"], row


def test_of_two_of_the_same_source_the_later_one_takes_over_for_good(table) -> None:
    """
    roll-ups                                         | belongs to
    ada > corp 10, ada > group 15                    | ada 10 corp 15 group
    ada > corp 10-20, ada > group 15                 | ada 10 corp 15 group
    ada > corp 10-12, ada > group 15                 | ada 10 corp 12 ada 15 group
    ada > corp 10, ada > group 15-20                 | ada 10 corp 15 group 20 ada
    ada > corp 10, ada > group 15-15                 | ada 10 corp
    ada > corp 10, ada > group 15, ada > corp 20     | ada 10 corp 15 group 20 corp
    /acme > corp 10, /acme > group 15                | ada 10 corp 15 group
    /acme > corp 10, /acme > group 15, ada > corp 12 | ada 10 corp
    """
    for row in table:
        roll_ups = [read(each) for each in row["roll-ups"].split(",")]
        assert timeline("ada", roll_ups) == row["belongs to"], row


def test_a_day_begins_where_the_billing_account_is() -> None:
    #           Nov 9 18:30Z                     Nov 10 09:00Z
    #  ada ...       | bombay, from Nov 10 in Kolkata  | alaska, from Nov 10 in Anchorage
    roll_ups = [read("ada > bombay 9"), read("ada > alaska 10")]
    found = memberships(SUB_ACCOUNTS, roll_ups, ZONES)
    kolkata = datetime(2026, 11, 8, 18, 30, tzinfo=UTC)
    anchorage = datetime(2026, 11, 10, 9, tzinfo=UTC)
    assert found["ada"] == [Membership("main", "ada", "/acme", None, kolkata)]
    assert found["bombay"] == [Membership("main", "ada", "/acme", kolkata, anchorage)]
    assert found["alaska"] == [Membership("main", "ada", "/acme", anchorage, None)]


def test_an_account_that_comes_into_a_domain_later_belongs_from_its_first_day() -> None:
    new = SubAccount("new", "main", "account", "new", "/acme/labs")
    found = memberships([new], [read("/acme > corp 10")], ZONES)
    (membership,) = found["corp"]
    assert membership.start == datetime(2026, 11, 10, tzinfo=UTC) and membership.end is None


def test_another_installation_is_not_touched() -> None:
    roll_ups = [read("/acme > corp 10", "second"), read("ada > corp 10", "second")]
    assert timeline("ada", roll_ups) == "ada"


def test_a_membership_holds_within_its_bounds(table) -> None:
    """
    from | until | span  | within
         |       | 1-5   | 1-5
    3    |       | 1-5   | 3-5
         | 3     | 1-5   | 1-3
    2    | 4     | 1-5   | 2-4
    5    |       | 1-5   |
         | 1     | 1-5   |
    """

    def at(day: str) -> datetime | None:
        return datetime(2026, 11, int(day), tzinfo=UTC) if day else None

    def span(text: str) -> Period | None:
        return Period(*(at(day) for day in text.split("-"))) if text else None  # type: ignore[arg-type]

    for row in table:
        membership = Membership("main", "ada", "/acme", at(row["from"]), at(row["until"]))
        whole = span(row["span"])
        assert whole is not None
        assert membership.within(whole) == span(row["within"]), row


def test_what_leads_on_is_found_and_nothing_else(table) -> None:
    """
    roll-ups                                      | leads on
    ada > corp 10, bob > corp 12                  |
    ada > bob 10, bob > corp 10                   | bob
    ada > bob 10-12, bob > corp 12                |
    ada > bob 10-13, bob > corp 12                | bob
    ada > bob 10, bob > ada 10                    | ada bob
    ada > ada 10, bob > ada 10                    |
    /acme > ada 10                                |
    /acme > corp 10, gus > ada 5                  | ada
    /acme > corp 10, gus > ada 5-10               |
    /acme > corp 10, ada > ada 10, gus > ada 5    |
    apollo > ada 10, /acme > corp 10              | ada
    """
    for row in table:
        roll_ups = [read(each) for each in row["roll-ups"].split(",")]
        found = chained(memberships(SUB_ACCOUNTS, roll_ups, ZONES))
        assert found == set(row["leads on"].split()), row


def test_the_id_says_what_a_roll_up_says_but_for_its_end() -> None:
    one = read("ada > corp 10")
    assert one.id == read("ada > corp 10-20").id
    others = ["bob > corp 10", "ada > group 10", "ada > corp 11", "apollo > corp 10"]
    ids = {one.id, read("ada > corp 10", "second").id, *(read(each).id for each in others)}
    assert len(ids) == 6


days = st.integers(1, 28).map(lambda day: date(2026, 11, day))
sources = st.sampled_from([*DOMAINS, "/", "/acme", "/acme/sales", "/acme/sales/emea", "/globex"])
roll_ups_of_any_kind = st.builds(
    lambda source, target, start, length: RollUp(
        "main",
        "domain" if source.startswith("/") else "account",
        source,
        target,
        start,
        None if length is None else start + timedelta(days=length),
    ),
    sources,
    st.sampled_from(sorted(ZONES)),
    days,
    st.one_of(st.none(), st.integers(0, 12)),
)


@given(
    st.lists(roll_ups_of_any_kind, max_size=8, unique_by=lambda each: (each.source, each.start)),
    days,
    st.integers(0, 47),
)
def test_every_sub_account_belongs_to_exactly_one_billing_account_at_every_instant(
    roll_ups: list[RollUp], day: date, half_hours: int
) -> None:
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=30 * half_hours)
    found = memberships(SUB_ACCOUNTS, roll_ups, ZONES)
    moment = Period(at, at + timedelta(seconds=1))
    for sub_account in SUB_ACCOUNTS:
        holders = [
            holder
            for holder, held in found.items()
            for each in held
            if each.sub_account == sub_account.id and each.within(moment)
        ]
        assert holders == [by_the_rules(sub_account, roll_ups, at)]
        timeline(sub_account.id, roll_ups)


def by_the_rules(sub_account: SubAccount, roll_ups: list[RollUp], at: datetime) -> str:
    """Return who a sub account belongs to at an instant, asked roll-up by roll-up."""

    def began(roll_up: RollUp) -> datetime:
        return local_day(roll_up.start, time_zone_named(ZONES[roll_up.billing_account]))

    def is_over(roll_up: RollUp) -> bool:
        zone = time_zone_named(ZONES[roll_up.billing_account])
        return roll_up.end is not None and local_day(roll_up.end, zone) <= at

    def is_taken_over(roll_up: RollUp) -> bool:
        return any(
            other.source == roll_up.source
            and other.start > roll_up.start
            and other.end != other.start
            and began(other) <= at
            for other in roll_ups
        )

    depth = {sub_account.id: 99}
    path = sub_account.domain
    while path:
        depth[path] = path.count("/")
        path = path.rpartition("/")[0]
    depth["/"] = 0
    holding = [
        each
        for each in roll_ups
        if each.source in depth
        and began(each) <= at
        and each.end != each.start
        and not is_over(each)
        and not is_taken_over(each)
    ]
    if not holding:
        return sub_account.id
    return max(holding, key=lambda each: depth[each.source]).billing_account
