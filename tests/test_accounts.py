"""Who may see whose account."""

import pytest

from chalicelib.accounts import (
    BillingAccount,
    Identity,
    Membership,
    Role,
    Terms,
    company,
    domain_path,
    domains_above,
    in_domain,
    may_see,
)

TERMS = Terms("EUR", "en", "UTC")
# Who there is: id, domain, kind, owner; then whose usage is rolled up to it besides its own.
PLACES = {
    "acme": ("/acme", "account", ""),
    "boss": ("/acme", "account", ""),
    "chief": ("/", "account", ""),
    "globex": ("/globex", "account", ""),
    "payer": ("/acme", "account", ""),
    "sales": ("/acme/sales", "account", ""),
    "twin": ("/acme-two", "account", ""),
    "apollo": ("/acme", "project", "acme"),
    "gemini": ("/acme", "project", "boss"),
    "vostok": ("/acme", "project", "boss"),
}
ROLLED_UP = {
    "payer": ["globex"],
    "vostok": ["twin"],
    "acme-group": ["acme", "sales", "apollo"],
    "holding": ["boss", "globex"],
    "nobody-yet": [],
    "abroad": ["acme@second"],
}


def member(name: str) -> Membership:
    """Return a membership; `acme@second` is an account of another installation."""
    name, _, connection = name.partition("@")
    return Membership(connection or "main", name, PLACES[name][0])


def account(name: str) -> BillingAccount:
    members = [member(each) for each in ROLLED_UP.get(name, [])]
    if name not in PLACES:
        return company(name, name, TERMS, members)
    domain, kind, owner = PLACES[name]
    its = (member(name), *members)
    return BillingAccount(name, name, kind, domain, "main", "enabled", TERMS, its, owner)  # type: ignore[arg-type]


ACCOUNTS = {name: account(name) for name in [*PLACES, *ROLLED_UP]}


def test_nobody_sees_the_usage_of_others_but_who_pays_for_it_and_who_rules_over_all(table) -> None:
    """
    who    | role         | sees
    acme   | tenant       | acme apollo
    boss   | tenant       | boss gemini vostok
    sales  | tenant       | sales
    globex | tenant       | globex
    payer  | tenant       | payer
    twin   | tenant       | twin
    chief  | tenant       | chief
    boss   | domain_admin | acme boss sales apollo gemini vostok acme-group
    sales  | domain_admin | sales
    payer  | domain_admin | acme boss payer sales apollo gemini acme-group
    globex | domain_admin | globex
    twin   | domain_admin | twin
    chief  | domain_admin | acme boss chief globex payer sales twin apollo gemini vostok acme-group holding
    chief  | operator     | acme boss chief globex payer sales twin apollo gemini vostok acme-group holding nobody-yet abroad
    """
    for row in table:
        identity = Identity(row["who"], row["who"], Role(row["role"]), "main", row["who"])
        own = ACCOUNTS[row["who"]]
        seen = {name for name, each in ACCOUNTS.items() if may_see(each, identity, own)}
        assert seen == set(row["sees"].split()), row


def test_a_domain_admin_whose_account_is_not_known_yet_sees_nothing_but_it() -> None:
    identity = Identity("new", "new", Role.DOMAIN_ADMIN, "main", "new")
    assert not any(may_see(each, identity, None) for each in ACCOUNTS.values())


def test_another_installation_is_another_world() -> None:
    identity = Identity("boss", "boss", Role.DOMAIN_ADMIN, "second", "boss")
    assert not any(may_see(each, identity, ACCOUNTS["boss"]) for each in ACCOUNTS.values())


@pytest.mark.parametrize(
    ("told", "path"),
    [("ROOT", "/"), ("", "/"), ("/", "/"), ("ROOT/a/b", "/a/b"), ("/ROOT/a", "/a"), ("/a/", "/a")],
)
def test_domain_paths_are_written_one_way(told: str, path: str) -> None:
    assert domain_path(told) == path


def test_a_domain_is_not_another_whose_name_begins_alike() -> None:
    assert not in_domain("/acme-two", "/acme")


@pytest.mark.parametrize("path", ["/", "/acme", "/acme/sales/emea"])
def test_a_domain_lies_in_all_domains_above_it_and_in_no_other(path: str) -> None:
    above = domains_above(path)
    assert above[0] == path and above[-1] == "/"
    assert all(in_domain(path, each) for each in above)
    assert above == sorted(above, key=len, reverse=True)
