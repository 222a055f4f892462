"""Every command the simulator knows, and which roles may call it by default."""

from dataclasses import dataclass

from local.cloudstack.arguments import Arguments
from local.cloudstack.commands import control, identity, offers, quota, usage
from local.cloudstack.commands.cloud import Cloud, Handler
from local.cloudstack.envelopes import Content, listing
from local.cloudstack.errors import ApiError
from local.cloudstack.estate import Role, User
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
    of_quota: bool = False
    is_async: bool = False


def list_apis(cloud: Cloud, caller: User, arguments: Arguments) -> Content:
    """Return what the caller may call; where it is asked for by name, that or a failure."""
    role, name = caller.account.role, arguments.text("name")
    known = commands_of(cloud.version, True)
    callable_names = [each for each, command in known.items() if role in command.roles]
    if role is Role.ROOT_ADMIN and cloud.quota.shows_rules:
        callable_names += QUOTA_CHANGES
    found = [each for each in callable_names if name in (None, each)]
    if not found:
        raise ApiError(
            530,
            "Api Discovery plugin was unable to find an api by that name or process any apis",
        )
    jobs = {each for each in found if each in known and known[each].is_async}
    return listing("api", len(found), [{"name": n, "isasync": n in jobs} for n in found])


# What changes tariffs is no command of the simulator, but a role may have the right to it.
QUOTA_CHANGES = ["quotaTariffCreate", "quotaTariffUpdate"]
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
    "quotaTariffList": Command(quota.quota_tariff_list, ROOT_ADMIN, of_quota=True),
    "listApis": Command(list_apis, EVERYBODY),
    "lockAccount": Command(control.lock_account, ADMINS),
    "disableAccount": Command(control.disable_account, ADMINS, is_async=True),
    "enableAccount": Command(control.enable_account, ADMINS),
    "suspendProject": Command(control.suspend_project, EVERYBODY, is_async=True),
    "activateProject": Command(control.activate_project, EVERYBODY, is_async=True),
    "queryAsyncJobResult": Command(control.query_async_job_result, EVERYBODY),
}
# `ActivateProjectCmd` names its answer itself, and has a slip in the name.
ANSWER_NAMES = {"activateProject": "activaterojectresponse"}
SIGN_IN_COMMANDS = frozenset({"login", "logout", "validateUserTwoFactorAuthenticationCode"})


def commands_of(version: Version, quota_enabled: bool) -> dict[str, Command]:
    """Return the commands a version knows, those of the Quota plugin only where it is enabled."""
    return {
        name: command
        for name, command in COMMANDS.items()
        if version.since(*command.since) and (quota_enabled or not command.of_quota)
    }
