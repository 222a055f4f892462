"""Who is there: users, accounts, domains, projects."""

from datetime import UTC, datetime

from local.cloudstack.arguments import Arguments
from local.cloudstack.commands.cloud import Cloud
from local.cloudstack.commands.scopes import asked_domain, scope_of
from local.cloudstack.directory import reach
from local.cloudstack.envelopes import Content, listing
from local.cloudstack.errors import AccessDenied
from local.cloudstack.estate import ROOT, Account, Domain, Project, Role, User, sample_id

CREATED = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)


def list_users(cloud: Cloud, caller: User, arguments: Arguments) -> Content:
    """Return the users the caller may see; a caller of a normal account is alone."""
    users = list(cloud.directory.users)
    wanted = arguments.text("id")
    if caller.account.role is Role.USER:
        if wanted not in (None, caller.id):
            raise AccessDenied("Calling user is not authorized to see the user requested by id")
        users = [caller]
    else:
        account_name = arguments.text("account")
        scope = scope_of(cloud, caller.account, arguments, account_name, wanted is not None)
        users = [user for user in users if scope.holds(user.account)]
    username, account_type = arguments.text("username"), arguments.number("accounttype")
    users = [
        user
        for user in users
        if wanted in (None, user.id)
        and username in (None, user.username)
        and account_type in (None, user.account.role.account_type)
    ]
    return _page("user", [_user(cloud, caller, user) for user in users], arguments)


def list_accounts(cloud: Cloud, caller: User, arguments: Arguments) -> Content:
    """Return the accounts the caller may see: without `listall` the caller's own."""
    wanted, account_type = arguments.text("id"), arguments.number("accounttype")
    if wanted is not None and cloud.directory.account(wanted) is None:
        raise arguments.unknown_id("id")
    scope = scope_of(cloud, caller.account, arguments, None, wanted is not None)
    name = arguments.text("name")
    accounts = [
        account
        for account in cloud.directory.accounts
        if wanted in (None, account.id)
        and name in (None, account.name)
        and scope.holds(account)
        and account_type in (None, account.role.account_type)
    ]
    if wanted is not None and not accounts:
        raise AccessDenied(f"{caller.account.name} may not see account {wanted}")
    return _page("account", [account_content(cloud, account) for account in accounts], arguments)


def list_domains(cloud: Cloud, caller: User, arguments: Arguments) -> Content:
    """Return the domains under the caller's; a domain admin needs `listall` for sub-domains."""
    top = reach(caller.account)
    wanted = asked_domain(cloud, caller.account, arguments, "id")
    if wanted is not None:
        domains = [wanted]
    elif caller.account.role is Role.ROOT_ADMIN or arguments.flag("listall"):
        domains = list(cloud.directory.below(top))
    else:
        domains = [top]
    name = arguments.text("name")
    shown = [_domain(cloud, domain) for domain in domains if name in (None, domain.name)]
    return _page("domain", shown, arguments)


def list_projects(cloud: Cloud, caller: User, arguments: Arguments) -> Content:
    """Return the projects of the caller; with `listall` every one the caller may see."""
    wanted, name = arguments.text("id"), arguments.text("name")
    account_name = arguments.text("account")
    scope = scope_of(cloud, caller.account, arguments, account_name, wanted is not None)
    projects = [
        project_content(cloud, project)
        for project in cloud.directory.projects
        if scope.holds(project) and wanted in (None, project.id) and name in (None, project.name)
    ]
    return _page("project", projects, arguments)


def _page(name: str, items: list[Content], arguments: Arguments) -> Content:
    page = arguments.page()
    return listing(name, len(items), items[page.start : page.stop])


def _place(domain: Domain) -> dict[str, object]:
    return {"domainid": domain.id, "domain": domain.name, "domainpath": domain.shown_path}


def _user(cloud: Cloud, caller: User, user: User) -> Content:
    """Return a user as listed; never the secret key."""
    account = user.account
    return {
        "id": user.id,
        "username": user.username,
        "firstname": user.first_name,
        "lastname": user.last_name,
        "email": user.email,
        "created": cloud.dates.of_answer(CREATED),
        "state": "enabled",
        "account": account.name,
        "accountid": account.id,
        "accounttype": account.role.account_type,
        "usersource": "native",
        "roleid": sample_id("role", account.role.role_type),
        "roletype": account.role.role_type,
        "rolename": _role_name(account.role),
        "domainid": account.domain.id,
        "domain": account.domain.name,
        "timezone": account.time_zone,
        "apikey": user.api_key,
        "iscallerchilddomain": account.domain != caller.account.domain
        and caller.account.domain.contains(account.domain),
        "isdefault": False,
        "is2faenabled": user.two_factor,
        "is2famandated": False,
    }


def account_content(cloud: Cloud, account: Account) -> Content:
    """Return an account as listed, with its users."""
    users = [user for user in cloud.directory.users if user.account == account]
    return {
        "id": account.id,
        "name": account.name,
        "accounttype": account.role.account_type,
        "roleid": sample_id("role", account.role.role_type),
        "roletype": account.role.role_type,
        "rolename": _role_name(account.role),
        **_place(account.domain),
        "state": cloud.states.of_account(account),
        "created": cloud.dates.of_answer(CREATED),
        "isdefault": False,
        "user": [_user(cloud, user, user) for user in users],
    }


def _domain(cloud: Cloud, domain: Domain) -> Content:
    content: dict[str, object] = {
        "id": domain.id,
        "name": domain.name,
        "level": 0 if domain == ROOT else 1,
        "haschild": domain == ROOT,
        "path": domain.shown_path,
        "state": "Active",
        "created": cloud.dates.of_answer(CREATED),
    }
    if domain != ROOT:
        content |= {"parentdomainid": ROOT.id, "parentdomainname": ROOT.name}
    return content


def project_content(cloud: Cloud, project: Project) -> Content:
    """Return a project as listed, with its owner."""
    owners = [user for user in cloud.directory.users if user.account == project.owner]
    return {
        "id": project.id,
        "name": project.name,
        "displaytext": f"Project {project.name}",
        **_place(project.domain),
        "owner": [
            {"account": project.owner.name, "accountid": project.owner.id, "userid": user.id}
            for user in owners[:1]
        ],
        "projectaccountname": f"PrjAcct-{project.name}-1",
        "state": cloud.states.of_project(project),
        "created": cloud.dates.of_answer(CREATED),
        "tags": [],
    }


def _role_name(role: Role) -> str:
    return {Role.ROOT_ADMIN: "Root Admin", Role.DOMAIN_ADMIN: "Domain Admin"}.get(role, "User")
