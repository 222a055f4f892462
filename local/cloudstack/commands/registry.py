"""Every command the simulator knows, and which roles may call it by default."""

from dataclasses import dataclass

from local.cloudstack.commands import identity, offers, usage
from local.cloudstack.commands.cloud import Handler
from local.cloudstack.estate import Role
from local.cloudstack.versions import Version

EVERYBODY = frozenset(Role)
ADMINS = frozenset({Role.ROOT_ADMIN, Role.DOMAIN_ADMIN})
ROOT_ADMIN = frozenset({Role.ROOT_ADMIN})


@dataclass(frozen=True, slots=True)
class Command:
    """What answers a command, and to whom (cloudstack.md sections 2 and 4)."""

    handler: Handler
    roles: frozenset[Role]
    since: tuple[int, ...] = (4,)


COMMANDS = {
    "listUsers": Command(identity.list_users, EVERYBODY),
    "listAccounts": Command(identity.list_accounts, EVERYBODY),
    "listDomains": Command(identity.list_domains, ADMINS),
    "listProjects": Command(identity.list_projects, EVERYBODY),
    "listServiceOfferings": Command(offers.list_service_offerings, EVERYBODY),
    "listDiskOfferings": Command(offers.list_disk_offerings, EVERYBODY),
    "listNetworkOfferings": Command(offers.list_network_offerings, EVERYBODY),
    "listTemplates": Command(offers.list_templates, EVERYBODY),
    "listZones": Command(offers.list_zones, EVERYBODY),
    "listUsageTypes": Command(offers.list_usage_types, ROOT_ADMIN),
    "listCapabilities": Command(offers.list_capabilities, EVERYBODY),
    "listUsageRecords": Command(usage.list_usage_records, ADMINS),
    "listUsageServerMetrics": Command(usage.list_usage_server_metrics, ROOT_ADMIN, (4, 17)),
}
SIGN_IN_COMMANDS = frozenset({"login", "logout", "validateUserTwoFactorAuthenticationCode"})


def commands_of(version: Version) -> dict[str, Command]:
    """Return the commands a version knows."""
    return {name: command for name, command in COMMANDS.items() if version.since(*command.since)}
