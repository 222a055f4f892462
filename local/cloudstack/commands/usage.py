"""What was used: `listUsageRecords`, and how far the usage server has got."""

from datetime import UTC, datetime

from local.cloudstack.arguments import Arguments
from local.cloudstack.commands.cloud import Cloud
from local.cloudstack.commands.scopes import asked_domain
from local.cloudstack.directory import may_see
from local.cloudstack.envelopes import Content, listing
from local.cloudstack.errors import AccessDenied, BadParameter
from local.cloudstack.estate import Account, Domain, Role, SubAccount, User
from local.cloudstack.records import Dress
from local.cloudstack.selection import Selection

# Resources of these types cannot be found by `usageid` (cloudstack.md section 2); of type 25 it is
# compared with a snapshot, but read as a virtual machine.
WITHOUT_RESOURCE_FILTER = frozenset({25, 26, 27, 29, 30, 31})
NETWORK_OFFERING = 13


def list_usage_records(cloud: Cloud, caller: User, arguments: Arguments) -> Content:
    """Return a page of the usage records between two dates."""
    page = arguments.page()
    start = arguments.bound("startdate", cloud.zone, last=False)
    end = arguments.bound("enddate", cloud.zone, last=True)
    owner, domains = _whose(cloud, caller.account, arguments)
    usage_type, resource_id = arguments.number("type"), arguments.text("usageid")
    if resource_id is not None and usage_type is None:
        raise BadParameter("Usageid must be specified together with usageType")
    if start > end:
        raise BadParameter(
            f"Incorrect Date Range. Start date: {cloud.dates.of_answer(start)} is after "
            f"end date:{cloud.dates.of_answer(end)}"
        )
    if start == end or (resource_id is not None and not _findable(cloud, usage_type)):
        return {}
    dress = Dress(
        cloud.dates, cloud.version, arguments.flag("includetags"), arguments.flag("oldformat")
    )
    selection = Selection(owner.id if owner else None, domains, usage_type, resource_id)
    found = cloud.records.select(start, end, selection, dress)
    records = cloud.records.page(found.records(page.start, page.stop))
    count = found.total if cloud.version.counts_all else len(records)
    return listing("usagerecord", count, records)


def list_usage_server_metrics(cloud: Cloud, caller: User, arguments: Arguments) -> Content:
    """Return how far usage is complete: the last second of the last window that is over."""
    over = datetime.fromtimestamp(cloud.over - 1, UTC)
    now = cloud.dates.of_answer(datetime.now(UTC))
    return {
        "usageMetrics": {
            "collectiontime": now,
            "hostname": "usage-1",
            "state": "Up",
            "lastheartbeat": now,
            "lastsuccessfuljob": cloud.dates.of_answer(over),
        }
    }


def _findable(cloud: Cloud, usage_type: int | None) -> bool:
    """Return whether records of a type are found by `usageid`."""
    if usage_type == NETWORK_OFFERING:
        return cloud.version.finds_network_offerings
    return usage_type not in WITHOUT_RESOURCE_FILTER


def _whose(
    cloud: Cloud, caller: Account, arguments: Arguments
) -> tuple[SubAccount | None, frozenset[str] | None]:
    """Return the account or project, and the domains, whose records are asked for.

    A root admin who names nobody gets all; anybody else their own, or with `isrecursive` those
    of the domain and below.
    """
    owner = _named_owner(cloud, caller, arguments)
    domain = asked_domain(cloud, caller, arguments)
    recursive = cloud.version.recurses and arguments.flag("isrecursive")
    named_by_id = arguments.text("accountid") or arguments.text("projectid")
    if caller.role is not Role.ROOT_ADMIN:
        owner = owner or caller
        domain = domain or caller.domain
        if arguments.text("accountid") and not may_see(caller, owner):
            raise AccessDenied(
                "Domain admins may only retrieve usage records for accounts in their own "
                "domain and child domains."
            )
    if recursive and not named_by_id:
        owner = None
    return owner, _domain_ids(cloud, domain, recursive)


def _named_owner(cloud: Cloud, caller: Account, arguments: Arguments) -> SubAccount | None:
    """Return the account or project the parameters name.

    A name of an account counts only together with a domain.
    """
    account_id, project_id = arguments.text("accountid"), arguments.text("projectid")
    if account_id is not None and project_id is not None:
        raise BadParameter("Projectid and accountId can't be specified together")
    if account_id is not None:
        account = cloud.directory.account(account_id)
        if account is None:
            raise arguments.unknown_id("accountid")
        return account
    if project_id is not None:
        project = cloud.directory.project(project_id)
        if project is None:
            raise arguments.unknown_id("projectid")
        return project
    domain, name = asked_domain(cloud, caller, arguments), arguments.text("account")
    if domain is None or name is None:
        return None
    named = cloud.directory.account_named(name, domain)
    if named is None:
        raise BadParameter(f"Unable to find account {name} in domain {domain.id}")
    return named


def _domain_ids(cloud: Cloud, domain: Domain | None, recursive: bool) -> frozenset[str] | None:
    """Return the ids of the domain, with those below if `recursive`; None for any."""
    if domain is None:
        return None
    domains = cloud.directory.below(domain) if recursive else [domain]
    return frozenset(each.id for each in domains)
