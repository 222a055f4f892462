"""The packaged template, read once."""

from typing import Any

import pytest

from deployment.packaging import Package, package_product, read_template

Template = dict[str, Any]


@pytest.fixture(scope="session")
def package() -> Package:
    """The product as it is put on the emulated AWS."""
    return package_product("local")


@pytest.fixture(scope="session")
def template(package: Package) -> Template:
    """Its CloudFormation template."""
    return read_template(package)
