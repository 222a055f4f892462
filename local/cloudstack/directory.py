"""Finds domains, accounts, projects and users, and says who may see whom."""

from collections.abc import Iterator, Sequence

from local.cloudstack.estate import (
    ACCOUNTS,
    DOMAINS,
    LOAD_DOMAIN,
    PROJECTS,
    ROOT,
    USERS,
    Account,
    Domain,
    Project,
    Role,
    User,
)


class Directory:
    """Everybody the simulator knows: the sample estate, and the accounts that share load."""

    def __init__(self, load: Sequence[Account] = ()) -> None:
        known = set(ACCOUNTS)
        extra = tuple(account for account in load if account not in known)
        self.accounts: tuple[Account, ...] = (*ACCOUNTS, *extra)
        self.domains: tuple[Domain, ...] = (*DOMAINS, LOAD_DOMAIN) if extra else DOMAINS
        self.projects: tuple[Project, ...] = PROJECTS
        self.users: tuple[User, ...] = USERS
        self._accounts = {account.id: account for account in self.accounts}
        self._domains = {domain.id: domain for domain in self.domains}
        self._projects = {project.id: project for project in self.projects}
        self._users_by_key = {user.api_key: user for user in self.users}

    def account(self, account_id: str) -> Account | None:
        """Return the account of an id."""
        return self._accounts.get(account_id)

    def account_named(self, name: str, domain: Domain) -> Account | None:
        """Return the account of a name in a domain."""
        return next((a for a in self.accounts if (a.name, a.domain) == (name, domain)), None)

    def domain(self, domain_id: str) -> Domain | None:
        """Return the domain of an id."""
        return self._domains.get(domain_id)

    def domain_at(self, path: str) -> Domain | None:
        """Return the domain of a path; slashes around it do not matter, none is ROOT."""
        wanted = "/" + path.strip("/")
        return next((domain for domain in self.domains if domain.path == wanted), None)

    def project(self, project_id: str) -> Project | None:
        """Return the project of an id."""
        return self._projects.get(project_id)

    def user_of_key(self, api_key: str) -> User | None:
        """Return the user an API key belongs to."""
        return self._users_by_key.get(api_key)

    def sign_in(self, username: str, password: str, domain: Domain) -> User | None:
        """Return the user of a name and password in a domain."""
        wanted = (username, password, domain)
        return next(
            (u for u in self.users if (u.username, u.password, u.account.domain) == wanted), None
        )

    def below(self, domain: Domain) -> Iterator[Domain]:
        """Yield a domain and every domain under it."""
        return (each for each in self.domains if domain.contains(each))


def reach(caller: Account) -> Domain:
    """Return the topmost domain an administrator rules."""
    return ROOT if caller.role is Role.ROOT_ADMIN else caller.domain


def may_see(caller: Account, owner: Account | Project) -> bool:
    """Return whether a caller may see an account or project at all."""
    if caller.role is Role.USER:
        return caller == owner or (isinstance(owner, Project) and owner.owner == caller)
    return reach(caller).contains(owner.domain)
