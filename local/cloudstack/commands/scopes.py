"""Whose things a list command shows: the rules most list commands of CloudStack share."""

from dataclasses import dataclass

from local.cloudstack.arguments import Arguments
from local.cloudstack.commands.cloud import Cloud
from local.cloudstack.directory import may_see, reach
from local.cloudstack.errors import AccessDenied, BadParameter
from local.cloudstack.estate import Account, Domain, Project, Role, SubAccount


@dataclass(frozen=True, slots=True)
class Scope:
    """An account, or a domain with or without those below; never more than the caller sees."""

    caller: Account
    account: Account | None = None
    domain: Domain | None = None
    recursive: bool = False

    def holds(self, owner: SubAccount) -> bool:
        """Return whether a thing of `owner` is listed."""
        if not may_see(self.caller, owner):
            return False
        if self.account is not None:
            holder = owner.owner if isinstance(owner, Project) else owner
            return holder == self.account
        if self.domain is None:
            return True
        if self.recursive:
            return self.domain.contains(owner.domain)
        return self.domain == owner.domain


def asked_domain(
    cloud: Cloud, caller: Account, arguments: Arguments, name: str = "domainid"
) -> Domain | None:
    """Return the domain a parameter names.

    Raises:
        BadParameter: there is none of that id.
        AccessDenied: it is not under the caller's.
    """
    domain_id = arguments.text(name)
    if domain_id is None:
        return None
    domain = cloud.directory.domain(domain_id)
    if domain is None:
        raise arguments.unknown_id(name)
    if not reach(caller).contains(domain):
        raise AccessDenied(f"{caller.name} does not have permission to operate within domain")
    return domain


def scope_of(
    cloud: Cloud, caller: Account, arguments: Arguments, account_name: str | None, by_id: bool
) -> Scope:
    """Return whose things are asked for.

    Without domain, account, id or `listall` these are the caller's own, even for the root admin.

    Raises:
        BadParameter: a domain or account that does not exist.
        AccessDenied: one that the caller may not see.
    """
    domain = asked_domain(cloud, caller, arguments)
    if domain is not None and account_name is not None:
        account = cloud.directory.account_named(account_name, domain)
        if account is None or not may_see(caller, account):
            raise BadParameter(f"Unable to find account {account_name} in domain {domain.id}")
        return Scope(caller, account)
    if domain is not None:
        return Scope(caller, None, domain, arguments.flag("isrecursive"))
    if caller.role is not Role.USER and (arguments.flag("listall") or by_id):
        return Scope(caller)
    return Scope(caller, caller)
