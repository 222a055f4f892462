"""Who is metered and who is billed."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Kind = Literal["account", "project"]


@dataclass(frozen=True, slots=True)
class SubAccount:
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


@dataclass(frozen=True, slots=True)
class Terms:
    """How a billing account is billed.

    Attributes:
        currency: ISO 4217 code of its prices, invoices and budgets.
        language: BCP 47 tag of its reader.
        time_zone: IANA name; its months and days begin there.
    """

    currency: str
    language: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class BillingAccount:
    """Who is invoiced. Each sub account is its own billing account until the operator says else."""

    id: str
    name: str
    kind: Kind
    domain: str
    connection: str
    state: str
    terms: Terms
    sub_accounts: tuple[str, ...]
    owner: str = ""


def billing_account_of(sub_account: SubAccount, terms: Terms) -> BillingAccount:
    """Return the billing account that bills just this sub account."""
    return BillingAccount(
        id=sub_account.id,
        name=sub_account.name,
        kind=sub_account.kind,
        domain=sub_account.domain,
        connection=sub_account.connection,
        state=sub_account.state,
        terms=terms,
        sub_accounts=(sub_account.id,),
        owner=sub_account.owner,
    )


def in_domain(path: str, ancestor: str) -> bool:
    """Tell whether the domain `path` is `ancestor` or lies below it.

    >>> in_domain("/acme/sales", "/acme"), in_domain("/acme-two", "/acme"), in_domain("/x", "/")
    (True, False, True)
    """
    return path == ancestor or path.startswith(ancestor.rstrip("/") + "/")


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


@dataclass(frozen=True, slots=True)
class Identity:
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

    An operator sees all. A domain admin sees the accounts of their domain and below. Everybody
    sees their own account and the projects it owns.

    Args:
        own: the billing account of `identity`, None while it is unknown.
    """
    if identity.role is Role.OPERATOR:
        return True
    if account.connection != identity.connection:
        return False
    if account.id == identity.account or identity.account in account.sub_accounts:
        return True
    if own is None:
        return False
    if identity.role is Role.DOMAIN_ADMIN:
        return in_domain(account.domain, own.domain)
    return account.kind == "project" and (account.owner, account.domain) == (own.name, own.domain)
