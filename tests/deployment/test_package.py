"""The zip that Lambda gets: all that the functions need, nothing that they do not."""

import os
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from deployment.dependencies import LAMBDA_PLATFORMS, vendor_digest
from deployment.packaging import PROJECT, Package, package_digest, package_product

# What every Python runtime of Lambda brings along.
RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six")
IMPORT_EVERYTHING = """
import importlib, pathlib, sys
sys.path[:0] = sys.argv[1:3]
import app
root = pathlib.Path(sys.argv[1])
for path in sorted((root / "chalicelib").rglob("*.py")):
    name = ".".join(path.relative_to(root).with_suffix("").parts)
    importlib.import_module(name.removesuffix(".__init__"))
for name in (
    "plan_collection", "fetch_exchange_rates", "collect_usage", "rate_usage", "send_notifications",
    "plan_billing", "issue_invoices", "follow_up",
):
    getattr(app, name)
"""


@pytest.fixture(scope="module")
def names(package: Package) -> list[str]:
    with zipfile.ZipFile(package.artifact) as archive:
        return archive.namelist()


def test_functions_need_nothing_but_the_zip_and_the_runtime(package: Package, tmp_path: Path):
    code, runtime = tmp_path / "code", tmp_path / "runtime"
    with zipfile.ZipFile(package.artifact) as archive:
        archive.extractall(code)
    runtime.mkdir()
    for name in RUNTIME:
        origin = find_spec(name)
        assert origin is not None and origin.origin is not None
        source = Path(origin.origin)
        source = source.parent if source.name == "__init__.py" else source
        (runtime / source.name).symlink_to(source)
    # -I and -S: no packages of this machine, no settings of this shell.
    command = [sys.executable, "-I", "-S", "-c", IMPORT_EVERYTHING, str(code), str(runtime)]
    environment = {"PATH": os.environ["PATH"], "TABLE_PREFIX": "stacktally-local"}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    assert done.stderr == ""
    assert done.returncode == 0


def test_what_the_runtime_has_is_not_in_the_zip(names: list[str]):
    assert not [name for name in names if name.startswith(("boto3/", "botocore/"))]


def test_what_only_developers_need_is_not_in_the_zip(names: list[str]):
    folders = {name.split("/")[0] for name in names}
    assert not folders & {"local", "deployment", "tests", "static-site", "pytest", "moto", ".venv"}


def test_bytecode_comes_along(names: list[str]):
    tag = sys.implementation.cache_tag
    assert f"chalicelib/wiring/__pycache__/__init__.{tag}.pyc" in names
    assert f"pynamodb/__pycache__/models.{tag}.pyc" in names


def test_the_zip_is_lean(package: Package):
    assert package.artifact.stat().st_size < 16e6


def test_zip_and_layer_fit_into_lambda():
    """Unpacked they may have 250 MB together."""
    package = package_product("prod")
    unpacked = {}
    for path in (package.artifact, package.layer):
        with zipfile.ZipFile(path) as archive:
            unpacked[path.name] = sum(each.file_size for each in archive.infolist())
            assert archive.testzip() is None
    assert sum(unpacked.values()) < 200e6, unpacked


def test_documents_need_nothing_but_the_layer_the_zip_and_the_runtime(tmp_path: Path):
    package = package_product("prod")
    with zipfile.ZipFile(package.layer) as archive:
        archive.extractall(tmp_path)
    with zipfile.ZipFile(package.artifact) as archive:
        archive.extractall(tmp_path / "code")
    script = (
        "import sys; sys.path[:0] = sys.argv[1:]; import typst;"
        "from chalicelib.typesetting.fonts import glyphs; assert 'Aب ह' in glyphs()"
    )
    command = [sys.executable, "-I", "-S", "-c", script]
    paths = [str(tmp_path / "python"), str(tmp_path / "code")]
    done = subprocess.run([*command, *paths], check=False, capture_output=True, text=True)
    assert (done.stderr, done.returncode) == ("", 0)


def test_nothing_is_made_twice(package: Package):
    before = package.artifact.stat().st_mtime_ns
    assert package_product("local") == package
    assert package.artifact.stat().st_mtime_ns == before


def test_another_stage_or_machine_is_another_package():
    requirements = PROJECT / "requirements.txt"
    assert package_digest("local", PROJECT, ()) != package_digest("prod", PROJECT, ())
    assert vendor_digest(requirements, ()) != vendor_digest(requirements, LAMBDA_PLATFORMS)
