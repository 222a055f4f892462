"""The rules of the house, as tests."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PRODUCT = ROOT / "chalicelib"
CORE = (
    "errors emails money currencies periods exchange_rates accounts roll_ups metering rating ledger"
    " invoicing budgets notifications reporting"
).split()
ADAPTERS = ("cloudstack", "tables", "delivery", "typesetting")
WORLDLY = {"boto3", "botocore", "pynamodb", "chalice", "requests", "os", "time", "random", "uuid"}
MAY_IMPORT = {
    **{adapter: {*CORE, adapter} for adapter in ADAPTERS},
    "runs": {*CORE, "runs"},
    "settings": set(CORE),
    "wiring": {*CORE, *ADAPTERS, "runs", "settings", "wiring"},
    "entrypoints": {*CORE, "runs", "wiring", "entrypoints"},
}


def modules() -> Iterator[tuple[str, Path, ast.Module]]:
    for path in sorted(PRODUCT.rglob("*.py")):
        part = path.relative_to(PRODUCT).parts[0].removesuffix(".py")
        yield part, path, ast.parse(path.read_text())


def imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def part_of(module: str) -> str | None:
    names = module.split(".")
    return names[1] if names[0] == "chalicelib" and len(names) > 1 else None


def test_imports_point_left_in_the_core_and_inward_from_the_shell() -> None:
    wrong = []
    for part, path, tree in modules():
        if part == "__init__":
            continue
        allowed = set(CORE[: CORE.index(part) + 1]) if part in CORE else MAY_IMPORT.get(part, set())
        for module in imports(tree):
            target = part_of(module)
            if target is not None and target not in allowed:
                wrong.append(f"{path.relative_to(ROOT)} imports {module}")
    assert not wrong


def test_the_core_knows_nothing_of_the_world() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for part, path, tree in modules()
        if part in (*CORE, "runs")
        for module in imports(tree)
        if module.split(".")[0] in WORLDLY
    ]
    assert not wrong


def test_nobody_in_core_or_runs_reads_a_clock_or_makes_a_float() -> None:
    forbidden = re.compile(r"\bnow\(\)|\.now\(|\.today\(|\butcnow|\bfloat\(|: float\b|-> float\b")
    wrong = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for part, path, _ in modules()
        if part in (*CORE, "runs")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if forbidden.search(line)
    ]
    assert not wrong


def test_app_imports_entrypoints_only() -> None:
    tree = ast.parse((ROOT / "app.py").read_text())
    ours = [module for module in imports(tree) if module.startswith("chalicelib")]
    assert ours and all(module.startswith("chalicelib.entrypoints") for module in ours)
    assert len((ROOT / "app.py").read_text().splitlines()) <= 90


def test_nothing_of_the_product_knows_of_the_local_cloud() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for _, path, tree in modules()
        for module in imports(tree)
        if module.split(".")[0] in {"local", "ministack", "moto", "tests", "deployment"}
    ]
    assert not wrong


def test_modules_and_functions_stay_small() -> None:
    wrong = []
    for _, path, tree in modules():
        lines = len(path.read_text().splitlines())
        if lines > 300:
            wrong.append(f"{path.relative_to(ROOT)}: {lines} lines")
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.end_lineno is not None:
                length = node.end_lineno - node.lineno + 1
                if length > 60:
                    wrong.append(f"{path.relative_to(ROOT)}: {node.name}: {length} lines")
    assert not wrong


def test_everything_public_says_what_it_is() -> None:
    wrong = []
    for part, path, tree in modules():
        if part == "runs" and path.name == "ports.py":
            continue
        if ast.get_docstring(tree) is None:
            wrong.append(str(path.relative_to(ROOT)))
        for node in tree.body:
            is_thing = isinstance(node, ast.FunctionDef | ast.ClassDef)
            if is_thing and not node.name.startswith("_") and ast.get_docstring(node) is None:
                wrong.append(f"{path.relative_to(ROOT)}: {node.name}")
    assert not wrong
