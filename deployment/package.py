"""`make package`: makes zip, layer and template of a stage and says where they are."""

import argparse
import sys

from deployment.dependencies import LAMBDA_PLATFORMS
from deployment.errors import DeploymentFailed
from deployment.packaging import package_product


def main() -> int:
    """Package the stage named on the command line; return the exit status."""
    parser = argparse.ArgumentParser(description="package StackTally for AWS")
    parser.add_argument("--stage", default="prod")
    try:
        package = package_product(parser.parse_args().stage, platforms=LAMBDA_PLATFORMS)
    except DeploymentFailed as error:
        print(f"Not packaged: {error}.", file=sys.stderr)
        return 1
    print(package.template)
    print(package.artifact)
    print(package.layer)
    return 0


if __name__ == "__main__":
    sys.exit(main())
