"""What the Lambda functions import besides our own code, installed once for each set of pins.

`chalice package` would resolve requirements.txt itself and bundle botocore, which
the Lambda runtime has already: a zip of 28 MB. So the pinned list goes into a
`vendor/` folder without dependencies of dependencies, and Chalice copies that.
What only some functions need is a layer of theirs: a zip that Lambda unpacks in /opt.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

from deployment.errors import DeploymentFailed

# What Lambda's x86_64 machines can load, newest first; pip wants each named.
LAMBDA_PLATFORMS = ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64")
THIS_MACHINE: tuple[str, ...] = ()
# Documents are never in italics.
UNREAD_OF_LAYERS = ("fontpkg_noto_sans/files/*Italic*",)
# Zip files hold no dates before it; with one for all, equal content is an equal file.
EPOCH = (1980, 1, 1, 0, 0, 0)


def python_version() -> str:
    """Return the Python the functions run: the one that packages them, as Chalice has it."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def vendor_digest(requirements: Path, platforms: Sequence[str]) -> str:
    """Return a name for what `install_dependencies` makes of these inputs."""
    machine = ",".join(platforms) or f"{sys.platform}-{os.uname().machine}"
    text = f"{python_version()}\n{machine}\n{requirements.read_text()}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def install_dependencies(requirements: Path, build: Path, platforms: Sequence[str]) -> Path:
    """Return the folder with the pinned packages, installing them when it is missing.

    Args:
        requirements: a complete list; nothing it does not name is installed.
        build: where folders of earlier calls are kept.
        platforms: wheel tags to choose from; none for this machine's own.

    Raises:
        DeploymentFailed: pip could not get a package.
    """
    vendor = build / f"vendor-{vendor_digest(requirements, platforms)}"
    if vendor.is_dir():
        return vendor
    unfinished = vendor.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    _pip_install(requirements, unfinished, platforms)
    _drop_what_lambda_never_reads(unfinished)
    compile_ahead(unfinished)
    unfinished.rename(vendor)
    return vendor


def make_layer(requirements: Path, build: Path, platforms: Sequence[str]) -> Path:
    """Return the zip of a layer with the pinned packages, making it when it is missing.

    Args:
        requirements: a complete list but for what the functions have beside.
        build: where layers of earlier calls are kept.
        platforms: wheel tags to choose from; none for this machine's own.

    Raises:
        DeploymentFailed: pip could not get a package.
    """
    layer = build / layer_name(requirements, platforms)
    if layer.is_file():
        return layer
    unfinished = build / f"{layer.stem}.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    packages = unfinished / "python"
    _pip_install(requirements, packages, platforms)
    _drop_what_lambda_never_reads(packages)
    for pattern in UNREAD_OF_LAYERS:
        for path in list(packages.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    compile_ahead(packages, "/opt/python")
    archive = unfinished / layer.name
    _zip(packages, archive)
    archive.rename(layer)
    shutil.rmtree(unfinished)
    return layer


def layer_name(requirements: Path, platforms: Sequence[str]) -> str:
    """Return the name of the file that `make_layer` makes of these inputs."""
    return f"layer-{vendor_digest(requirements, platforms)}.zip"


def compile_ahead(folder: Path, where: str = "/var/task") -> None:
    """Write the bytecode next to each source in `folder`, so that a cold start need not.

    The bytecode does not look at the source's date: zip files and Lambda change it.

    Args:
        where: the folder's place in Lambda, as tracebacks tell it.
    """
    command = [sys.executable, "-m", "compileall", "-q", "-s", str(folder)]
    command += ["-p", where, "--invalidation-mode", "unchecked-hash", str(folder)]
    subprocess.run(command, check=False, capture_output=True)


def _zip(folder: Path, archive: Path) -> None:
    """Write `folder` with all that is in it to a zip file."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = zipfile.ZipInfo(str(path.relative_to(folder.parent)), EPOCH)
                name.external_attr = path.stat().st_mode << 16
                name.compress_type = zipfile.ZIP_DEFLATED
                written.writestr(name, path.read_bytes())


def _pip_install(requirements: Path, target: Path, platforms: Sequence[str]) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--no-deps"]
    command += ["--disable-pip-version-check", "--no-warn-conflicts"]
    command += ["--target", str(target), "--requirement", str(requirements)]
    if platforms:
        command += ["--only-binary=:all:", "--implementation", "cp"]
        command += ["--python-version", python_version()]
        command += [part for name in platforms for part in ("--platform", name)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["pip said nothing"])[-1]
        raise DeploymentFailed(f"the functions' packages could not be installed: {reason}")


def _drop_what_lambda_never_reads(vendor: Path) -> None:
    shutil.rmtree(vendor / "bin", ignore_errors=True)
    for cache in vendor.rglob("__pycache__"):
        shutil.rmtree(cache)
