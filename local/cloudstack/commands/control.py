"""Locking, disabling, suspending and the way back; nothing here deletes.

The rules are those of `AccountManagerImpl` and `ProjectManagerImpl` of CloudStack.
"""

from local.cloudstack.arguments import Arguments
from local.cloudstack.commands.cloud import Cloud
from local.cloudstack.commands.identity import account_content, project_content
from local.cloudstack.commands.scopes import asked_domain
from local.cloudstack.directory import may_see
from local.cloudstack.envelopes import Content
from local.cloudstack.errors import AccessDenied, ApiError, BadParameter
from local.cloudstack.estate import ADMIN, Account, Project, User
from local.cloudstack.jobs import PENDING

# The command's class, which a job is named after.
CLASSES = {
    "disableAccount": "org.apache.cloudstack.api.command.admin.account.DisableAccountCmd",
    "suspendProject": "org.apache.cloudstack.api.command.user.project.SuspendProjectCmd",
    "activateProject": "org.apache.cloudstack.api.command.user.project.ActivateProjectCmd",
}


def lock_account(cloud: Cloud, caller: User, arguments: Arguments) -> Content:
    """Fail, as this command does in every version since 4.0: accounts are locked by another."""
    arguments.needed("account")
    arguments.needed("domainid")
    asked_domain(cloud, caller.account, arguments)
    raise ApiError(
        530,
        "LockAccount does not lock Accounts. Its implementation is disabled. "
        "Use DisableAccount instead.",
    )


def disable_account(cloud: Cloud, caller: User, arguments: Arguments) -> Content:
    """Return the job that locks an account, or disables it and stops its machines."""
    arguments.needed("lock")
    locking = arguments.flag("lock")
    by_id = _account_by_id(cloud, caller, arguments)
    asked_domain(cloud, caller.account, arguments)

    def work() -> Content:
        account = by_id or _account_by_name(cloud, caller, arguments)
        if locking:
            _lock(cloud, account)
        else:
            _disable(cloud, account)
        return {"account": account_content(cloud, account)}

    return cloud.jobs.start("disableAccount", caller, cloud.clock.now(), work)


def enable_account(cloud: Cloud, caller: User, arguments: Arguments) -> Content:
    """Return the account, enabled; its machines stay stopped."""
    account = _account_by_id(cloud, caller, arguments)
    account = account or _account_by_name(cloud, caller, arguments)
    cloud.states.set_account(account, "enabled")
    return {"account": account_content(cloud, account)}


def suspend_project(cloud: Cloud, caller: User, arguments: Arguments) -> Content:
    """Return the job that suspends a project and stops its machines."""
    project = _project(cloud, arguments)

    def work() -> Content:
        _may_change(caller, project)
        cloud.states.set_project(project, "Suspended")
        return {"project": project_content(cloud, project)}

    return cloud.jobs.start("suspendProject", caller, cloud.clock.now(), work)


def activate_project(cloud: Cloud, caller: User, arguments: Arguments) -> Content:
    """Return the job that makes a suspended project active again."""
    project = _project(cloud, arguments)

    def work() -> Content:
        _may_change(caller, project)
        cloud.states.set_project(project, "Active")
        return {"project": project_content(cloud, project)}

    return cloud.jobs.start("activateProject", caller, cloud.clock.now(), work)


def query_async_job_result(cloud: Cloud, caller: User, arguments: Arguments) -> Content:
    """Return how far a job is, and what it came to."""
    job = cloud.jobs.find(arguments.needed("jobid"))
    if job is None:
        raise arguments.unknown_id("jobid")
    if not may_see(caller.account, job.caller.account):
        raise AccessDenied(f"{caller.account.name} may not see job {job.id}")
    status = job.ask()
    content: dict[str, object] = {
        "accountid": job.caller.account.id,
        "userid": job.caller.id,
        "cmd": CLASSES[job.command],
        "jobstatus": status,
        "jobprocstatus": 0,
        "jobresultcode": 0 if status == PENDING else job.code,
        "created": cloud.dates.of_answer(job.created),
        "jobid": job.id,
    }
    if status != PENDING:
        content |= {"jobresulttype": "object", "jobresult": job.result}
    return content


def _account_by_id(cloud: Cloud, caller: User, arguments: Arguments) -> Account | None:
    account_id = arguments.text("id")
    if account_id is None:
        return None
    account = cloud.directory.account(account_id)
    if account is None:
        raise arguments.unknown_id("id")
    if not may_see(caller.account, account):
        raise AccessDenied(f"{caller.account.name} does not have permission to operate on account")
    return account


def _account_by_name(cloud: Cloud, caller: User, arguments: Arguments) -> Account:
    """Return the account that name and domain tell; a project's account is no such."""
    name, domain = arguments.text("account"), asked_domain(cloud, caller.account, arguments)
    account = cloud.directory.account_named(name, domain) if name and domain else None
    if account is None or not may_see(caller.account, account):
        raise BadParameter(
            f"Unable to find account by accountId: null OR by name: {name} in domain {domain}"
        )
    return account


def _lock(cloud: Cloud, account: Account) -> None:
    """Lock an enabled account; a locked one stays so, a disabled one cannot be locked."""
    if cloud.states.of_account(account) == "disabled":
        raise ApiError(530, f"Unable to lock account {account.name} by accountId: {account.id}")
    cloud.states.set_account(account, "locked")


def _disable(cloud: Cloud, account: Account) -> None:
    """Disable an account, whatever its state; the default one of the root admin cannot be."""
    if account == ADMIN:
        raise ApiError(530, f"Unable to update account {account.name} by accountId: {account.id}")
    cloud.states.set_account(account, "disabled")


def _project(cloud: Cloud, arguments: Arguments) -> Project:
    project = cloud.directory.project(arguments.needed("id"))
    if project is None:
        raise arguments.unknown_id("id")
    return project


def _may_change(caller: User, project: Project) -> None:
    if not may_see(caller.account, project):
        raise AccessDenied(f"{caller.account.name} does not have permission to operate on project")
