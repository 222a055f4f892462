"""Answers of the billing API for what is agreed with an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .answers import ACME, Json, money

if TYPE_CHECKING:
    from .fake_api import FakeApi

PATH = f"/admin/accounts/{ACME['id']}/agreements"


def agreement(identity: str, kind: str, **changes: Any) -> Json:
    """Return an agreement of a kind, from November on."""
    return {
        "id": identity,
        "kind": kind,
        "from": "2026-11-01",
        "until": None,
        "note": "",
        **changes,
    }


def discount() -> Json:
    """Return ten percent off everything."""
    return agreement("a-1", "adjustment", percent="-10", scope="all", note="framework contract")


def every_kind() -> list[Json]:
    """Return one agreement of each kind, and a surcharge that has ended."""
    credit = {"amount": money("100.00"), "used": money("40.00"), "left": money("60.00")}
    return [
        discount(),
        agreement(
            "a-2", "adjustment", percent="5", scope="service:data_transfer", until="2026-12-01"
        ),
        agreement("a-3", "commitment", amount=money("500.00")),
        agreement("a-4", "credit", until="2027-01-01", **credit),
        agreement("a-5", "free_quota", meter="network_sent", quantity="100", per="gib"),
        agreement("a-6", "service", service="gold_support", quantity="2", prorated=True),
    ]


def serve_agreements(api: FakeApi, *agreements: Json) -> None:
    """Put what is agreed with acme."""
    api.put("GET", PATH, {"agreements": list(agreements), "next": None})
