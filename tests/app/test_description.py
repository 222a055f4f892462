"""docs/openapi.yaml and the code tell of the same routes."""

import re
from collections.abc import Iterable
from typing import get_args

import pytest
from openapi_spec_validator import validate

from app import app
from chalicelib.entrypoints.routes import Route
from chalicelib.entrypoints.table import ROUTES as TABLE
from chalicelib.metering.meters import METERS, METERS_BY_USAGE_TYPE, PARTS, SERVICES, Unit
from chalicelib.metering.progress import State
from chalicelib.metering.reviews import Reason, Verdict
from chalicelib.rating.line_items import HEADINGS
from chalicelib.rating.tariffs import Per
from tests.app.description import document, operations

ROLES = {(each.method, each.path): each.role for each in TABLE}
ROUTES = {(method, path) for path, methods in app.routes.items() for method in methods}


def test_the_description_is_valid_openapi() -> None:
    validate(document())


def test_every_route_is_described_and_nothing_else() -> None:
    assert {(each.method, each.path) for each in operations()} == ROUTES


def test_every_route_has_the_role_it_is_described_with() -> None:
    assert {(each.method, each.path): each.role for each in operations()} == ROLES


@pytest.mark.parametrize(
    ("schema", "known"),
    [
        ("UsageType", METERS_BY_USAGE_TYPE),
        ("Meter", [*METERS, *PARTS]),
        ("Service", SERVICES),
        ("Heading", HEADINGS),
        ("Unit", Unit),
        ("Per", Per),
        ("Reason", Reason),
        ("WindowState", get_args(State)),
        ("Verdict", get_args(Verdict)),
    ],
)
def test_what_is_listed_is_all_there_is(schema: str, known: Iterable[object]) -> None:
    listed = document()["components"]["schemas"][schema]["enum"]
    assert sorted(listed) == sorted(known) and len(set(listed)) == len(listed)  # type: ignore[type-var]


def test_every_route_was_registered_with_a_role() -> None:
    assert ROUTES == set(ROLES)


def test_a_route_cannot_be_written_down_without_a_role() -> None:
    with pytest.raises(TypeError, match="role"):
        Route("GET", "/no-role", answer="cost_routes.show_overview")  # type: ignore[call-arg]


@pytest.mark.parametrize("route", TABLE, ids=lambda each: f"{each.method} {each.path}")
def test_every_route_is_answered_by_a_function_that_says_what_it_does(route: Route) -> None:
    assert callable(route.handler) and route.handler.__doc__


def test_no_path_is_written_down_twice() -> None:
    assert len(ROLES) == len(TABLE)


def test_every_part_of_a_path_is_described_under_its_own_name() -> None:
    for each in operations():
        described = {part["name"] for part in each.parameters if part["in"] == "path"}
        assert described == set(re.findall(r"\{(\w+)\}", each.path)), each.path


def test_only_operations_open_to_all_need_no_session() -> None:
    for each in operations():
        needs_session = each.content.get("security", document()["security"]) != []
        assert needs_session == (each.role != "anyone"), (each.method, each.path)
        assert needs_session == ("401" in each.content["responses"] and each.role != "anyone")
