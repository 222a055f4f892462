"""Who may see whose account."""

import pytest

from chalicelib.accounts import (
    BillingAccount,
    Identity,
    Role,
    Terms,
    domain_path,
    in_domain,
    may_see,
)

TERMS = Terms("EUR", "en", "UTC")


def account(name: str, domain: str, kind: str = "account", owner: str = "") -> BillingAccount:
    return BillingAccount(
        name,
        name,
        kind,
        domain,
        "main",
        "enabled",
        TERMS,
        (name,),
        owner,  # type: ignore[arg-type]
    )


ACCOUNTS = {
    "acme": account("acme", "/acme"),
    "acme-two": account("acme-two", "/acme-two"),
    "boss": account("boss", "/acme"),
    "sales": account("sales", "/acme/sales"),
    "apollo": account("apollo", "/acme", "project", "acme"),
    "gemini": account("gemini", "/acme", "project", "boss"),
    "root": account("root", "/"),
}


def test_everybody_sees_their_own_and_admins_see_their_domain(table) -> None:
    """
    who  | role         | sees
    acme | tenant       | acme apollo
    boss | tenant       | boss gemini
    boss | domain_admin | acme boss sales apollo gemini
    root | operator     | acme acme-two boss sales apollo gemini root
    root | tenant       | root
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
