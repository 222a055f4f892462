"""The tags that things of the sample accounts have now: nobody knows those of an earlier time."""

from local.cloudstack.estate import ACME, APOLLO, GLOBEX, Account, SubAccount
from local.cloudstack.selection import Record, Row

# What the tagged thing of a usage type is called. CloudStack has none for 13, 14, 26, 29, 30 and 31
# (cloudstack.md section 2); for 28 it looks for a backup under the id of the machine, for traffic
# of a VPC for a network under the id of the VPC, and finds none; the rest the sample leaves bare.
RESOURCE_TYPES = {
    1: "UserVm",
    2: "UserVm",
    3: "PublicIpAddress",
    4: "Network",
    5: "Network",
    6: "Volume",
    7: "Template",
    9: "Snapshot",
    11: "LoadBalancer",
    12: "PortForwardingRule",
    21: "Volume",
    22: "Volume",
    23: "Volume",
    24: "Volume",
}
# These tag more than machines, and say which team pays.
TAGGED_THROUGHOUT = (ACME, APOLLO, GLOBEX)
TEAMS = (
    ("data", ("db", "telemetry", "worker", "files")),
    ("platform", ("cache", "bastion", "vpn", "jump", "metrics", "mail", "203.")),
)
TEST_NAMES = ("dev", "batch")


def tags_of(row: Row) -> list[Record]:
    """Return the tags of what a row is about, in no order of meaning."""
    kind = RESOURCE_TYPES.get(row.usage_type)
    throughout = row.owner in TAGGED_THROUGHOUT
    if kind is None or "vpcid" in row.fields or not (throughout or kind == "UserVm"):
        return []
    name = row.name.removeprefix("ROOT-").removeprefix("DATA-").removeprefix("address of ")
    tags = {"environment": "test" if name.startswith(TEST_NAMES) else "production"}
    if throughout:
        tags["team"] = next((team for team, names in TEAMS if name.startswith(names)), "shop")
    return [
        {
            "key": key,
            "value": value,
            "resourcetype": kind,
            "resourceid": row.fields.get("networkid", row.resource_id),
            **owner_fields(row.owner),
            "domainid": row.owner.domain.id,
            "domain": row.owner.domain.name,
        }
        for key, value in tags.items()
    ]


def owner_fields(owner: SubAccount) -> Record:
    """Return account and its id, or project and its id; never both."""
    kind = "account" if isinstance(owner, Account) else "project"
    return {kind: owner.name, f"{kind}id": owner.id}
