"""The product as CloudFormation wants it: zip, layer and template, made once for each input."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from deployment.dependencies import (
    THIS_MACHINE,
    compile_ahead,
    install_dependencies,
    layer_name,
    make_layer,
    python_version,
    vendor_digest,
)
from deployment.errors import DeploymentFailed

PROJECT = Path(__file__).resolve().parent.parent
KEPT_PACKAGES = 3
DOCUMENTS_LAYER = "requirements-documents.txt"
# The emulated AWS runs functions in this machine's own environment, which has what the layer has,
# and would write the layer into its state with every change.
WITHOUT_LAYERS = ("local",)


@dataclass(frozen=True, slots=True)
class Package:
    """A packaged product.

    Attributes:
        digest: of everything it was made from; equal inputs, equal digest.
        template: CloudFormation (SAM) template whose functions point to `artifact`.
        artifact: zip of the code and its dependencies.
        layer: zip of what sets documents; there is none in stages that run on this machine.
    """

    digest: str
    template: Path
    artifact: Path
    layer: Path


def package_product(
    stage: str,
    *,
    project: Path = PROJECT,
    build: Path | None = None,
    platforms: Sequence[str] = THIS_MACHINE,
) -> Package:
    """Return the package of `stage`, making it only when its inputs have changed.

    Raises:
        DeploymentFailed: a dependency or Chalice refused.
    """
    build = build or project / "build"
    build.mkdir(parents=True, exist_ok=True)
    digest = package_digest(stage, project, platforms)
    folder = build / f"package-{stage}-{digest}"
    with _alone_in(build):
        if not folder.is_dir():
            vendor = install_dependencies(project / "requirements.txt", build, platforms)
            _make_package(stage, project, build, vendor, folder)
            _forget_old_packages(build, stage)
        if stage not in WITHOUT_LAYERS:
            make_layer(project / DOCUMENTS_LAYER, build, platforms)
    layer = build / layer_name(project / DOCUMENTS_LAYER, platforms)
    return Package(digest, folder / "sam.json", folder / "deployment.zip", layer)


@contextmanager
def _alone_in(build: Path) -> Iterator[None]:
    """Wait until nobody else packages in this folder; a process that dies lets go of it."""
    with (build / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def package_digest(stage: str, project: Path, platforms: Sequence[str]) -> str:
    """Return a name for what `package_product` makes of these inputs."""
    digest = hashlib.sha256(f"{stage}\n{version('chalice')}\n{python_version()}\n".encode())
    for name in ("requirements.txt", DOCUMENTS_LAYER):
        digest.update(vendor_digest(project / name, platforms).encode())
    for path in _inputs(project):
        digest.update(f"{path.relative_to(project)}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def read_template(package: Package) -> dict[str, Any]:
    """Return the package's template as a document."""
    document: dict[str, Any] = json.loads(package.template.read_text())
    return document


def _inputs(project: Path) -> Iterator[Path]:
    yield project / "app.py"
    for folder, pattern in ((project / ".chalice", "*.json"), (project / "chalicelib", "*")):
        for path in sorted(folder.rglob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def _make_package(stage: str, project: Path, build: Path, vendor: Path, folder: Path) -> None:
    work = build / f"work-{stage}-{os.getpid()}"
    shutil.rmtree(work, ignore_errors=True)
    try:
        for path in _inputs(project):
            copy = work / path.relative_to(project)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, copy)
        compile_ahead(work)
        (work / "requirements.txt").write_text("")
        (work / "vendor").symlink_to(vendor.resolve(), target_is_directory=True)
        _run_chalice(stage, work)
        if not folder.is_dir():
            (work / "out").rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _run_chalice(stage: str, work: Path) -> None:
    command = [sys.executable, "-c", "from chalice.cli import main; main()"]
    command += ["--project-dir", str(work), "package", "--stage", stage]
    command += ["--merge-template", str(work / ".chalice" / "resources.json"), str(work / "out")]
    # Chalice asks for a region even though nothing is sent anywhere.
    environment = {"AWS_DEFAULT_REGION": "us-east-1", **os.environ}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise DeploymentFailed(f"chalice package failed: {reason}")


def _forget_old_packages(build: Path, stage: str) -> None:
    packages = sorted(build.glob(f"package-{stage}-*"), key=lambda path: path.stat().st_mtime)
    for folder in packages[:-KEPT_PACKAGES]:
        shutil.rmtree(folder, ignore_errors=True)
