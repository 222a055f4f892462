"""docs/openapi.yaml, and whether an answer is what it says."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

FILE = Path(__file__).parents[2] / "docs" / "openapi.yaml"
METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
_ROOT = "urn:stacktally"
JsonSchema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path, as the document describes it."""

    method: str
    path: str
    content: Mapping[str, Any]
    parameters: tuple[Mapping[str, Any], ...]

    @property
    def role(self) -> str:
        """The role it needs at least."""
        return str(self.content["x-role"])

    @property
    def body(self) -> JsonSchema | None:
        """The schema of the body, None where there is none."""
        if "requestBody" not in self.content:
            return None
        return cast(
            JsonSchema, self.content["requestBody"]["content"]["application/json"]["schema"]
        )

    @property
    def example(self) -> tuple[str, dict[str, str], Any]:
        """A good request: path, query, and content or None."""
        path, query = self.path, {}
        for each in self.parameters:
            if each["in"] == "path":
                path = path.replace(f"{{{each['name']}}}", each["example"])
            elif each.get("required"):
                query[each["name"]] = each["example"]
        if self.body is None:
            return path, query, None
        (shown,) = self.content["requestBody"]["content"]["application/json"]["examples"].values()
        return path, query, shown["value"]

    @property
    def takes_account(self) -> bool:
        """Whether `account=` picks the billing account."""
        return any((each["in"], each["name"]) == ("query", "account") for each in self.parameters)

    def answer(self, status: int) -> Mapping[str, Any]:
        """Return the description of the answer with that status."""
        described = self.content["responses"].get(str(status))
        assert described, f"{self.method} {self.path} may not answer {status}"
        return resolved(described)


@cache
def document() -> JsonSchema:
    """Return the document as it is."""
    return cast(JsonSchema, yaml.load(FILE.read_text(), Loader=yaml.CSafeLoader))


def resolved(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a reference names, with what stands beside it; anything else as it is."""
    if "$ref" not in content:
        return content
    found: Any = _closed_document()
    for name in content["$ref"].removeprefix(_ROOT).removeprefix("#/").split("/"):
        found = found[name]
    beside = {name: value for name, value in content.items() if name != "$ref"}
    return {**resolved(found), **beside}


@cache
def operations() -> tuple[Operation, ...]:
    """Return every operation of the document."""
    return tuple(_operations())


def operation(method: str, path: str) -> Operation:
    """Return the operation that a request is for."""
    found = [
        each
        for each in operations()
        if each.method == method and re.fullmatch(_pattern(each.path), path)
    ]
    assert len(found) == 1, f"{method} {path} is not described"
    return found[0]


def check_answer(method: str, path: str, status: int, content_type: str, body: bytes) -> None:
    """Do nothing, unless the document does not allow this answer."""
    described = operation(method, path).answer(status)
    if "content" not in described:
        assert body == b"", f"{method} {path} {status} has a body"
        return
    assert content_type == "application/json", f"{method} {path} {status} is {content_type}"
    schema = described["content"]["application/json"]["schema"]
    errors = list(_validator(json.dumps(schema)).iter_errors(json.loads(body)))
    told = "; ".join(f"{error.json_path}: {error.message}" for error in errors)
    assert not errors, f"{method} {path} {status}: {told}: {body[:500]!r}"


def is_valid(schema: JsonSchema, value: object) -> bool:
    """Tell whether `value` is what `schema` asks for."""
    return bool(_validator(json.dumps(schema)).is_valid(value))


@cache
def _validator(schema: str) -> Draft202012Validator:
    registry = Registry().with_resource(_ROOT, DRAFT202012.create_resource(_closed_document()))
    return Draft202012Validator(
        json.loads(schema),
        registry=registry,
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )


def _operations() -> Iterator[Operation]:
    for path, content in _closed_document()["paths"].items():
        shared = content.get("parameters", [])
        for method in METHODS:
            if method in content:
                own = content[method].get("parameters", [])
                parameters = [resolved(each) for each in [*shared, *own]]
                yield Operation(method.upper(), path, content[method], tuple(parameters))


def _pattern(path: str) -> str:
    return re.sub(r"\{\w+\}", "[^/]+", path)


@cache
def _closed_document() -> JsonSchema:
    """Return the document with absolute references, its objects closed against what it omits."""
    return cast(JsonSchema, _closed(document()))


def _closed(content: Any) -> Any:
    if isinstance(content, list):
        return [_closed(each) for each in content]
    if not isinstance(content, dict):
        return content
    found = {name: _closed(each) for name, each in content.items()}
    if isinstance(found.get("$ref"), str) and found["$ref"].startswith("#"):
        found["$ref"] = _ROOT + found["$ref"]
    if found.get("type") == "object" and "properties" in found:
        found.setdefault("additionalProperties", False)
    return found
