"""Inputs for an operation, made from its description: good ones, nearly good ones, and nonsense."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from tests.app.description import JsonSchema, Operation

ODD_TEXTS = ["", " ", "\0", "0", "-1", "NaN", "null", "é", "\u202e", "'", '"', "<b>", "x" * 1_100]
ODD_TEXTS += ["../..", "%00", "1e400", "9999-12-31", "0001-01-01", "2026-11-04", "#", "alert#"]
ODD_NUMBERS = [0, -1, 1, 2**63, -(2**63) - 1, 10**400, 0.1, 1e308, -1e-308, 1e-7]
JSON_TYPE, CSV_TYPE = "application/json", "text/csv"
CONTENT_TYPES = [JSON_TYPE, f"{JSON_TYPE}; charset=utf-8", "text/plain", "", "\t", "x/y;", "*/*"]
Strategy = st.SearchStrategy[Any]


@dataclass(frozen=True, slots=True)
class Input:
    """What is sent to an operation; `path` is ready, its parts filled in."""

    path: str
    query: dict[str, str]
    body: bytes
    content_type: str


def inputs(operation: Operation) -> st.SearchStrategy[Input]:
    """Return a strategy for what may be sent to an operation."""
    documents = st.builds(
        Input,
        path=_paths(operation),
        query=_queries(operation),
        body=_bodies(operation),
        content_type=st.one_of(st.just(JSON_TYPE), st.sampled_from(CONTENT_TYPES)),
    )
    if operation.table is None:
        return documents
    tables = st.builds(
        Input,
        path=_paths(operation),
        query=_queries(operation),
        body=_tables(operation.table),
        content_type=st.sampled_from([CSV_TYPE, f"{CSV_TYPE}; charset=utf-8"]),
    )
    return st.one_of(documents, tables)


def texts() -> st.SearchStrategy[str]:
    """Return a strategy for texts that JSON can hold."""
    alphabet = st.characters(exclude_categories=["Cs"])
    return st.one_of(st.sampled_from(ODD_TEXTS), st.text(alphabet, max_size=30))


def nonsense() -> Strategy:
    """Return a strategy for any JSON value."""
    leaves = st.one_of(st.none(), st.booleans(), st.sampled_from(ODD_NUMBERS), texts())
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(texts(), inner, max_size=3)
        ),
        max_leaves=5,
    )


def values(schema: JsonSchema) -> Strategy:
    """Return a strategy for values that `schema` allows."""
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "anyOf" in schema:
        return st.one_of([values(each) for each in schema["anyOf"]])
    if isinstance(schema["type"], list):
        return st.one_of([values({**schema, "type": each}) for each in schema["type"]])
    kinds = {
        "string": _strings,
        "null": lambda _: st.none(),
        "boolean": lambda _: st.booleans(),
        "integer": lambda _: st.integers(),
        "number": lambda _: st.one_of(
            st.integers(-1, 10**12), st.floats(allow_nan=False, allow_infinity=False)
        ),
        "array": _lists,
        "object": _objects,
    }
    return kinds[schema["type"]](schema)


def _strings(schema: JsonSchema) -> Strategy:
    if "pattern" in schema and "format" not in schema:
        return st.from_regex(schema["pattern"], fullmatch=True)
    if schema.get("format") == "date":
        return st.dates().map(lambda day: day.isoformat())
    if schema.get("format") == "date-time":
        least, most = datetime(1, 1, 2), datetime(9999, 12, 30)
        instants = st.datetimes(least, most, timezones=st.just(UTC))
        return instants.map(lambda at: at.isoformat())
    if schema.get("format") == "email":
        return st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.example", fullmatch=True)
    shortest, longest = schema.get("minLength", 0), schema.get("maxLength", 40)
    return texts().filter(lambda text: shortest <= len(text) <= longest)


def _lists(schema: JsonSchema) -> Strategy:
    least, most = schema.get("minItems", 0), min(schema.get("maxItems", 4), 4)
    return st.lists(values(schema["items"]), min_size=least, max_size=most)


def _objects(schema: JsonSchema) -> Strategy:
    if "properties" not in schema:
        inner = values(schema["additionalProperties"])
        return st.dictionaries(texts(), inner, max_size=2)
    needed = set(schema.get("required", []))
    fields = {name: values(each) for name, each in schema["properties"].items()}
    return st.fixed_dictionaries(
        {name: each for name, each in fields.items() if name in needed},
        optional={name: each for name, each in fields.items() if name not in needed},
    )


def _paths(operation: Operation) -> st.SearchStrategy[str]:
    parts = {each["name"]: each for each in operation.parameters if each["in"] == "path"}
    strategies = {
        name: st.one_of(st.just(each["example"]), values(each["schema"]), texts()).map(_within_path)
        for name, each in parts.items()
    }
    return st.fixed_dictionaries(strategies).map(lambda named: operation.path.format(**named))


def _within_path(text: str) -> str:
    """Return text without what would make it another path, a query or a fragment."""
    return "".join(each for each in text if each not in "/?#;\\\t\r\n") or "-"


def _queries(operation: Operation) -> st.SearchStrategy[dict[str, str]]:
    parameters = [each for each in operation.parameters if each["in"] == "query"]
    strategies = {each["name"]: st.one_of(values(each["schema"]), texts()) for each in parameters}
    good = {each["name"]: st.just(each["example"]) for each in parameters if "example" in each}
    told = st.fixed_dictionaries({}, optional={"unknown": texts(), **strategies})
    return st.one_of(st.fixed_dictionaries(good), told)


def _bodies(operation: Operation) -> st.SearchStrategy[bytes]:
    if operation.body is None:
        return st.just(b"")
    good = st.one_of(st.just(operation.example[2]), values(operation.body))
    sent = st.one_of(good, _spoiled(good), nonsense()).map(lambda value: json.dumps(value).encode())
    return st.one_of(sent, sent, st.binary(max_size=40), sent.map(lambda body: body[:-1]))


@st.composite
def _tables(draw: st.DrawFn, good: str) -> bytes:
    """Draw a table of which some cells are something else, or a few bytes of anything."""
    cells = good.split(",")
    for _ in range(draw(st.integers(0, 2))):
        cells[draw(st.integers(0, len(cells) - 1))] = draw(texts())
    return draw(st.one_of(st.just(draw(st.sampled_from(",;")).join(cells).encode()), st.binary()))


@st.composite
def _spoiled(draw: st.DrawFn, good: Strategy) -> Any:
    """Return a good value of which one part is something else, missing, or too much."""
    whole = json.loads(json.dumps(draw(good)))
    holder = whole
    while True:
        keys = list(range(len(holder)) if isinstance(holder, list) else holder)
        if not keys:
            return whole
        key = draw(st.sampled_from(keys))
        if not isinstance(holder[key], dict | list) or draw(st.booleans()):
            break
        holder = holder[key]
    kind = draw(st.sampled_from(["replace", "remove", "add"]))
    if kind == "replace":
        holder[key] = draw(nonsense())
    elif kind == "remove":
        del holder[key]
    elif isinstance(holder, dict):
        holder[draw(texts())] = draw(nonsense())
    else:
        holder.extend([draw(nonsense())] * draw(st.sampled_from([1, 12])))
    return whole
