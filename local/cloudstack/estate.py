"""The sample domains, accounts, projects, users and key pairs; every id is derived from a name.

Nothing here is secret: the simulator answers on loopback only and bills nobody.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from uuid import NAMESPACE_DNS, uuid5

NAMESPACE = uuid5(NAMESPACE_DNS, "sample.stacktally.example")
TWO_FACTOR_CODE = "246810"


@lru_cache(maxsize=1 << 16)
def sample_id(kind: str, *names: str) -> str:
    """Return the id of the named sample thing, the same on every machine.

    >>> sample_id("account", "acme") == sample_id("account", "acme")
    True
    """
    return str(uuid5(NAMESPACE, "/".join((kind, *names))))


def database_id(thing_id: str) -> int:
    """Return the internal number of a thing, which follows from its id.

    >>> database_id("10000000-0000-4000-8000-000000000101")
    257
    """
    return int(thing_id[-6:], 16)


class Role(Enum):
    """What a CloudStack account may do: number of its account type, name of its role type."""

    USER = (0, "User")
    ROOT_ADMIN = (1, "Admin")
    DOMAIN_ADMIN = (2, "DomainAdmin")

    @property
    def account_type(self) -> int:
        """Return the number CloudStack calls `accounttype`."""
        return self.value[0]

    @property
    def role_type(self) -> str:
        """Return the word CloudStack calls `roletype`."""
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Domain:
    """A CloudStack domain; `path` is what a person signs in with, `/` or `/acme`."""

    name: str
    path: str
    id: str

    @property
    def shown_path(self) -> str:
        """Return the path as CloudStack's answers write it: `ROOT` or `ROOT/acme`."""
        return f"ROOT{self.path.rstrip('/')}"

    def contains(self, other: "Domain") -> bool:
        """Return whether `other` is this domain or lies below it."""
        return f"{other.path.rstrip('/')}/".startswith(f"{self.path.rstrip('/')}/")


@dataclass(frozen=True, slots=True)
class Account:
    """A CloudStack account, and what the billing side should know of it.

    Attributes:
        language: of its invoices and mails, a language tag.
        currency: ISO 4217 code it is billed in.
        time_zone: IANA name of the zone its months begin in.
    """

    name: str
    domain: Domain
    id: str
    role: Role = Role.USER
    language: str = "en"
    currency: str = "EUR"
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Project:
    """A CloudStack project: it has usage of its own and an owner, but no users of its own."""

    name: str
    owner: Account
    id: str
    currency: str = "EUR"
    language: str = "en-IE"
    time_zone: str = "Europe/Berlin"

    @property
    def domain(self) -> Domain:
        """Return the domain of the owner."""
        return self.owner.domain


SubAccount = Account | Project


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who signs in, by password or by key pair."""

    username: str
    password: str = field(repr=False)
    account: Account
    first_name: str
    last_name: str
    two_factor: bool = False

    @property
    def id(self) -> str:
        """Return the user's id."""
        return sample_id("user", self.account.domain.path, self.username)

    @property
    def email(self) -> str:
        """Return an address of a domain nobody can own."""
        return f"{self.username}@{self.account.domain.name.lower()}.example"

    @property
    def api_key(self) -> str:
        """Return the public half of the key pair, as long as CloudStack's own."""
        return _key("api", self.id)

    @property
    def secret_key(self) -> str:
        """Return the secret half of the key pair."""
        return _key("secret", self.id)


def _key(half: str, user_id: str) -> str:
    """Return 86 characters of base64, derived from the user."""
    digest = hashlib.sha512(f"stacktally sample {half} key {user_id}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _domain(name: str, path: str) -> Domain:
    return Domain(name, path, sample_id("domain", path))


def _account(domain: Domain, name: str, role: Role, *terms: str) -> Account:
    """Return the account of that name; `terms` are language, currency and time zone."""
    return Account(name, domain, sample_id("account", name), role, *terms)


ROOT = _domain("ROOT", "/")
ACME_DOMAIN = _domain("acme", "/acme")
GLOBEX_DOMAIN = _domain("globex", "/globex")
INITECH_DOMAIN = _domain("initech", "/initech")
LOAD_DOMAIN = _domain("load", "/load")
DOMAINS = (ROOT, ACME_DOMAIN, GLOBEX_DOMAIN, INITECH_DOMAIN)

ADMIN = _account(ROOT, "admin", Role.ROOT_ADMIN, "en-IE", "EUR", "UTC")
ACME = _account(ACME_DOMAIN, "acme", Role.USER, "en-IE", "EUR", "Europe/Berlin")
GLOBEX = _account(GLOBEX_DOMAIN, "globex", Role.USER, "en-IN", "INR", "Asia/Kolkata")
GLOBEX_ADMIN = _account(
    GLOBEX_DOMAIN, "globex-admin", Role.DOMAIN_ADMIN, "en-IN", "INR", "Asia/Kolkata"
)
INITECH = _account(INITECH_DOMAIN, "initech", Role.USER, "en-KW", "KWD", "Asia/Kuwait")
ACCOUNTS = (ADMIN, ACME, GLOBEX, GLOBEX_ADMIN, INITECH)

APOLLO = Project("apollo", ACME, sample_id("project", "apollo"))
PROJECTS = (APOLLO,)

ADMIN_USER = User("admin", "password", ADMIN, "Root", "Admin")
BILLING_USER = User("billing", _key("password", "billing"), ADMIN, "StackTally", "Service")
ACME_USER = User("acme", "acme-demo", ACME, "Ada", "Acme")
SECURE_USER = User("secure", "secure-demo", ACME, "Sam", "Secure", two_factor=True)
GLOBEX_USER = User("globex", "globex-demo", GLOBEX, "Gita", "Globex")
GLOBEX_ADMIN_USER = User("globex-admin", "globex-admin-demo", GLOBEX_ADMIN, "Girish", "Globex")
INITECH_USER = User("initech", "initech-demo", INITECH, "Iman", "Initech")
USERS = (
    ADMIN_USER,
    BILLING_USER,
    ACME_USER,
    SECURE_USER,
    GLOBEX_USER,
    GLOBEX_ADMIN_USER,
    INITECH_USER,
)

# The key pair StackTally itself collects with: a user of the root admin account.
BILLING_API_KEY = BILLING_USER.api_key
BILLING_SECRET_KEY = BILLING_USER.secret_key


def load_accounts(count: int) -> tuple[Account, ...]:
    """Return `count` accounts that share generated load: first the sample ones, then `load-0004`…

    Raises:
        ValueError: `count` is less than one.

    >>> [account.name for account in load_accounts(4)]
    ['acme', 'globex', 'initech', 'load-0004']
    """
    if count < 1:
        raise ValueError(f"accounts that share load: {count!r}")
    known: Sequence[Account] = (ACME, GLOBEX, INITECH)
    names = [f"load-{number:04}" for number in range(len(known) + 1, count + 1)]
    return (*known[:count], *(_account(LOAD_DOMAIN, name, Role.USER) for name in names))
