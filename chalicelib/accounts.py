"""Who is metered and who is billed."""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Literal

import msgspec

from chalicelib.periods import Period

Kind = Literal["account", "project"]
StoppedVms = Literal["charged", "free"]
_BEGINNING, _END = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class SubAccount(msgspec.Struct, frozen=True):
    """A CloudStack account or project whose usage rolls up to a billing account.

    Attributes:
        id: UUID of the account or project in CloudStack.
        connection: id of the CloudStack installation it lives in.
        domain: path as people write it: `/`, `/acme`, `/acme/sales`.
        state: CloudStack's own word, such as `enabled` or `locked`.
        owner: for a project, the name of the account that owns it.
    """

    id: str
    connection: str
    kind: Kind
    name: str
    domain: str
    state: str = "enabled"
    owner: str = ""


class Terms(msgspec.Struct, frozen=True):
    """How a billing account is billed.

    Attributes:
        currency: ISO 4217 code of its prices, invoices and budgets.
        language: BCP 47 tag of its reader.
        time_zone: IANA name; its months and days begin there.
        stopped_vms: `free` where the allocated hours of a VM count only as long as it ran.
    """

    currency: str
    language: str
    time_zone: str
    stopped_vms: StoppedVms = "charged"


class Agreed(msgspec.Struct, frozen=True):
    """What there is to read of a billing account beside its terms: most have neither.

    Attributes:
        prices: whether rate cards were agreed with it.
        more: whether agreements were made with it.
    """

    prices: bool = False
    more: bool = False


NOTHING_AGREED = Agreed()


class Membership(msgspec.Struct, frozen=True):
    """A span of time `[start, end)` in which a sub account belongs to a billing account.

    Attributes:
        domain: of the sub account.
        start: None where it has always belonged to it.
        end: None while no end is known.
    """

    connection: str
    sub_account: str
    domain: str
    start: datetime | None = None
    end: datetime | None = None

    def within(self, span: Period) -> Period | None:
        """Return the part of `span` in which it holds."""
        start, end = max(span.start, self._start), min(span.end, self._end)
        return Period(start, end) if start < end else None

    def meets(self, other: "Membership") -> bool:
        """Tell whether both hold at some instant."""
        return self._start < other._end and other._start < self._end

    @property
    def _start(self) -> datetime:
        return self.start or _BEGINNING

    @property
    def _end(self) -> datetime:
        return self.end or _END


class BillingAccount(msgspec.Struct, frozen=True):
    """Who is invoiced. Each sub account is its own billing account until the operator says else.

    Attributes:
        kind: `company` where the operator made it: no sub account has its id.
        domain, connection: of the sub account with its id, empty for a company.
        memberships: whose usage it is billed for, and when.
        fed_from: connections that roll-ups to it are of, also those that never held.
        agreed: what there is to read of it beside its terms.
    """

    id: str
    name: str
    kind: Kind | Literal["company"]
    domain: str
    connection: str
    state: str
    terms: Terms
    memberships: tuple[Membership, ...]
    owner: str = ""
    fed_from: frozenset[str] = frozenset()
    agreed: Agreed = NOTHING_AGREED

    @property
    def connections(self) -> set[str]:
        """The CloudStack installations that its usage comes from, or may have come from."""
        own = {self.connection} if self.connection else set()
        return own | self.fed_from | {each.connection for each in self.memberships}


def billing_account_of(
    sub_account: SubAccount,
    terms: Terms,
    members: Iterable[Membership],
    fed_from: Iterable[str] = (),
    *,
    agreed: Agreed = NOTHING_AGREED,
) -> BillingAccount:
    """Return the billing account that has the id of a sub account."""
    return BillingAccount(
        id=sub_account.id,
        name=sub_account.name,
        kind=sub_account.kind,
        domain=sub_account.domain,
        connection=sub_account.connection,
        state=sub_account.state,
        terms=terms,
        memberships=tuple(members),
        owner=sub_account.owner,
        fed_from=frozenset(fed_from),
        agreed=agreed,
    )


def company(
    account: str,
    name: str,
    terms: Terms,
    members: Iterable[Membership],
    fed_from: Iterable[str] = (),
    *,
    agreed: Agreed = NOTHING_AGREED,
) -> BillingAccount:
    """Return a billing account that the operator made."""
    return BillingAccount(
        id=account,
        name=name,
        kind="company",
        domain="",
        connection="",
        state="enabled",
        terms=terms,
        memberships=tuple(members),
        fed_from=frozenset(fed_from),
        agreed=agreed,
    )


def in_domain(path: str, ancestor: str) -> bool:
    """Tell whether the domain `path` is `ancestor` or lies below it.

    >>> in_domain("/acme/sales", "/acme"), in_domain("/acme-two", "/acme"), in_domain("/x", "/")
    (True, False, True)
    """
    return path == ancestor or path.startswith(ancestor.rstrip("/") + "/")


def domains_above(path: str) -> list[str]:
    """Return a domain and all above it, deepest first.

    >>> domains_above("/acme/sales"), domains_above("/")
    (['/acme/sales', '/acme', '/'], ['/'])
    """
    names = [name for name in path.split("/") if name]
    return ["/" + "/".join(names[:depth]) for depth in range(len(names), -1, -1)]


def domain_path(cloudstack_path: str) -> str:
    """Return CloudStack's domain path as people write it.

    CloudStack says `ROOT`, `ROOT/acme` (`listDomains`) or `/ROOT/acme` by version.

    >>> domain_path("ROOT"), domain_path("ROOT/acme"), domain_path("/acme/")
    ('/', '/acme', '/acme')
    """
    names = [name for name in cloudstack_path.split("/") if name]
    if names[:1] == ["ROOT"]:
        names = names[1:]
    return "/" + "/".join(names)


class Role(StrEnum):
    """What somebody may do."""

    TENANT = "tenant"
    DOMAIN_ADMIN = "domain_admin"
    OPERATOR = "operator"


class Identity(msgspec.Struct, frozen=True):
    """Who CloudStack says somebody is.

    Attributes:
        account: UUID of their account in CloudStack.
    """

    user: str
    name: str
    role: Role
    connection: str
    account: str


def may_see(account: BillingAccount, identity: Identity, own: BillingAccount | None) -> bool:
    """Tell whether somebody may see a billing account.

    An operator sees all. A domain admin sees the accounts of their domain and below; one that
    bills others only if all of those lie there too. Everybody sees their own account and the
    projects it owns. Whose usage is rolled up to another billing account does not see that one:
    it shows the usage of others.

    Args:
        own: the billing account of `identity`, None while it is unknown.
    """
    if identity.role is Role.OPERATOR:
        return True
    if own is not None and own.connection != identity.connection:
        own = None
    if account.connection == identity.connection:
        if account.id == identity.account:
            return True
        if own is not None and account.kind == "project":
            if (account.owner, account.domain) == (own.name, own.domain):
                return True
    if own is None or identity.role is not Role.DOMAIN_ADMIN:
        return False
    places = [(each.connection, each.domain) for each in account.memberships]
    if account.kind != "company":
        places.append((account.connection, account.domain))
    return bool(places) and all(
        connection == identity.connection and in_domain(domain, own.domain)
        for connection, domain in places
    )
