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

FILE = Path(__file__).parents[2] / "docs" / "openapi.yaml"
METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
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
        """The schema of the JSON body, None where there is none."""
        content = self.content.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            return None
        return cast(JsonSchema, content["application/json"]["schema"])

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
    def table(self) -> str | None:
        """A good body that is a table, None where it may be none."""
        content = self.content.get("requestBody", {}).get("content", {})
        if "text/csv" not in content:
            return None
        (shown,) = content["text/csv"]["examples"].values()
        return str(shown["value"])

    @property
    def is_read_by_all(self) -> bool:
        """Whether whoever may see an account gets an answer to its example.

        The line and the document of an example are nobody's; the PDF of a statement is made first.
        """
        made_first = self.path == "/statements/{period}/pdf"
        names_nothing = "{line}" not in self.path and "{document}" not in self.path
        return self.method == "GET" and names_nothing and not made_first

    @property
    def takes_account(self) -> bool:
        """Whether `account=` picks the billing account, of those that the sender may see."""
        return self.role == "tenant" and any(
            (each["in"], each["name"]) == ("query", "account") for each in self.parameters
        )

    def answer(self, status: int) -> Mapping[str, Any]:
        """Return the description of the answer with that status."""
        described = self.content["responses"].get(str(status))
        assert described, f"{self.method} {self.path} may not answer {status}"
        found: Mapping[str, Any] = described
        return found


@cache
def document() -> JsonSchema:
    """Return the document as it is."""
    return cast(JsonSchema, yaml.load(FILE.read_text(), Loader=yaml.CSafeLoader))


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
    kind = content_type.partition(";")[0]
    assert kind in described["content"], f"{method} {path} {status} is {content_type}"
    if kind != "application/json":
        return
    schema = described["content"]["application/json"]["schema"]
    errors = list(_validator(json.dumps(schema)).iter_errors(json.loads(body)))
    told = "; ".join(f"{error.json_path}: {error.message}" for error in errors)
    assert not errors, f"{method} {path} {status}: {told}: {body[:500]!r}"


@cache
def _validator(schema: str) -> Draft202012Validator:
    checker = Draft202012Validator.FORMAT_CHECKER
    return Draft202012Validator(json.loads(schema), format_checker=checker)


def _operations() -> Iterator[Operation]:
    for path, content in _plain(document())["paths"].items():
        shared = content.get("parameters", [])
        for method in METHODS:
            if method in content:
                own = content[method].get("parameters", [])
                yield Operation(method.upper(), path, content[method], (*shared, *own))


def _pattern(path: str) -> str:
    return re.sub(r"\{\w+\}", "[^/]+", path)


def _plain(content: Any) -> Any:
    """Return a part of the document without references, its objects closed against more fields.

    The document leaves them open, so that fields may be added; today's answers hold no others.
    """
    if isinstance(content, list):
        return [_plain(each) for each in content]
    if not isinstance(content, dict):
        return content
    found = {name: _plain(each) for name, each in content.items() if name != "$ref"}
    if "$ref" in content:
        found = {**_plain(_named(content["$ref"])), **found}
    if found.get("type") == "object" and "properties" in found:
        found.setdefault("additionalProperties", False)
    return found


def _named(reference: str) -> Any:
    """Return what a reference such as `#/components/schemas/Money` names."""
    found: Any = document()
    for name in reference.removeprefix("#/").split("/"):
        found = found[name]
    return found
