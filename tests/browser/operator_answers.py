"""Answers of the billing API for the operator's page."""

from __future__ import annotations

from typing import Any

from .answers import ACME, APOLLO, GLOBEX, INITECH, Json

LOCKED = "CloudStack answered 530: the usage database is locked"


def connections() -> list[Json]:
    """Return a connection that is up to date and one that fails, two days behind."""
    return [
        {
            "id": "main",
            "name": "Frankfurt",
            "version": "4.20.1",
            "time_zone": "Europe/Berlin",
            "aggregation_minutes": 1440,
            "complete_up_to": "2026-11-22T23:00:00Z",
            "newest_seen": "2026-11-22T23:00:00Z",
            "behind_hours": 0,
            "windows": {"complete": 83, "collecting": 0, "failed": 0, "waiting": 0},
            "last_error": None,
            "records": 1284512,
            "copies": 112000,
            "rejects": 12,
            "holds": 2241,
            "refused": 3,
        },
        {
            "id": "edge",
            "name": "Dublin",
            "version": None,
            "time_zone": "UTC",
            "aggregation_minutes": 60,
            "complete_up_to": "2026-11-21T00:00:00Z",
            "newest_seen": "2026-11-23T03:00:00Z",
            "behind_hours": 51,
            "windows": {"complete": 1920, "collecting": 1, "failed": 1, "waiting": 49},
            "last_error": {
                "at": "2026-11-23T06:05:11Z",
                "message": LOCKED,
                "window": "2026-11-21T04:00:00Z",
            },
            "records": 40112,
            "copies": 0,
            "rejects": 0,
            "holds": 0,
            "refused": 0,
        },
    ]


def windows(state: str = "", following: str | None = None) -> Json:
    """Return the connections and their newest windows, all or those in a state."""
    every = [
        _window("edge", "2026-11-21T06:00:00Z", "2026-11-21T07:00:00Z", "waiting"),
        _window("edge", "2026-11-21T04:00:00Z", "2026-11-21T05:00:00Z", "failed", error=LOCKED),
        _window(
            "edge",
            "2026-11-21T05:00:00Z",
            "2026-11-21T06:00:00Z",
            "collecting",
            parts={"done": 3, "of": 11},
        ),
        _window("main", "2026-11-21T23:00:00Z", "2026-11-22T23:00:00Z", "complete"),
        _window("main", "2026-11-20T23:00:00Z", "2026-11-21T23:00:00Z", "complete"),
    ]
    shown = [window for window in every if state in ("", window["state"])]
    return {"connections": connections(), "windows": shown, "next": following}


def hold(**changes: Any) -> Json:
    """Return a group of records that overlap others, over three weeks and three accounts."""
    return {
        "id": "main#1#overlap",
        "kind": "hold",
        "connection": "main",
        "usage_type": 1,
        "meter": "Running VM",
        "reason": "overlap",
        "text": "overlaps another record of the same resource",
        "can_accept": True,
        "records": 2240,
        "accounts": 14,
        "account_names": ["acme", "apollo", "globex", "hooli", "initech"],
        "first_window": "2026-10-31T23:00:00Z",
        "last_window": "2026-11-21T23:00:00Z",
        "samples": [
            {"usagetype": 1, "rawusage": "24", "virtualmachineid": "f3b1-77", "account": "acme"},
            '{"usagetype": 1, "rawusage": "11.5", "account": "globex"}',
            "a row that is no JSON",
        ],
        **changes,
    }


def negative() -> Json:
    """Return a group that can only be refused, in one hour of one account."""
    return hold(
        id="edge#4#negative",
        connection="edge",
        usage_type=4,
        meter="Data sent",
        reason="negative",
        text="has a negative raw usage",
        can_accept=False,
        records=1,
        accounts=1,
        account_names=["globex"],
        first_window="2026-11-20T05:00:00Z",
        last_window="2026-11-20T06:00:00Z",
        samples=[],
    )


def holds(*groups: Json, following: str | None = None) -> Json:
    """Return what waits for a decision."""
    return {"holds": list(groups), "next": following}


def rejects() -> Json:
    """Return records of a usage type that nobody knows, and one that names no type."""
    unknown = hold(
        id="main#99#unknown_type",
        kind="reject",
        usage_type=99,
        meter=None,
        reason="unknown_type",
        text="has a usage type without a meter",
        can_accept=False,
        records=12,
        accounts=1,
        account_names=["globex"],
        first_window="2026-11-21T23:00:00Z",
        last_window="2026-11-22T23:00:00Z",
        samples=[{"usagetype": 99, "rawusage": "24", "account": "globex"}],
    )
    nothing = {**unknown, "id": "main##not_a_record", "usage_type": None, "account_names": []}
    nothing |= {"reason": "not_a_record", "text": "is not a usage record", "accounts": 0}
    return {"rejects": [unknown, nothing], "next": None}


def decision(**changes: Any) -> Json:
    """Return a decision as the history lists it."""
    return {
        "connection": "main",
        "usage_type": 6,
        "reason": "another_quantity",
        "text": "repeats a resource and window with a larger quantity",
        "from": "2026-11-01T23:00:00Z",
        "to": "2026-11-02T23:00:00Z",
        "verdict": "refuse",
        "note": "The volume was resized twice that day; the larger record is the usage job run again.",
        "by": "admin",
        "at": "2026-11-05T09:30:11Z",
        **changes,
    }


def decisions() -> Json:
    """Return the newest decisions, with more to come."""
    accepted = decision(
        verdict="accept", note="", usage_type=1, by="olga", text="has more hours than its window"
    )
    return {"decisions": [accepted, decision()], "next": "older"}


def roll_up(**changes: Any) -> Json:
    """Return a domain that is billed to acme."""
    return {
        "id": "main:domain:/acme/sales",
        "connection": "main",
        "kind": "domain",
        "source": "/acme/sales",
        "source_name": "/acme/sales",
        "billing_account": ACME["id"],
        "billing_account_name": "acme",
        "from": "2026-11-01",
        "until": None,
        **changes,
    }


def roll_ups() -> Json:
    """Return a roll-up that goes on and one that has ended."""
    ended = roll_up(
        id="main:project:apollo",
        kind="project",
        source="0f6b1c9e-7d1f-4a6a-8a2b-5f3f7a1c0e55",
        source_name="apollo",
        **{"from": "2026-09-01", "until": "2026-11-01"},
    )
    return {"roll_ups": [roll_up(), ended]}


def accounts() -> Json:
    """Return every billing account."""
    more = {"connection": "main", "state": "enabled", "stopped_vms": "charged"}
    listed = [{**account, **more} for account in (ACME, APOLLO, GLOBEX, INITECH)]
    return {"accounts": listed, "next": None}


def _window(connection: str, start: str, end: str, state: str, **changes: Any) -> Json:
    read = state == "complete"
    counts = {"records": 14804, "copies": 112, "rejects": 4, "holds": 112, "refused": 0}
    counts |= {"accounts": 41, "pages": 30}
    return {
        "connection": connection,
        "start": start,
        "end": end,
        "state": state,
        **(counts if read else dict.fromkeys(counts, 0)),
        "parts": None,
        "error": None,
        **changes,
    }
