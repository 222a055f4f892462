"""Every service has a colour of its own, in light and in dark."""

import re
from pathlib import Path

from chalicelib.metering.meters import SERVICES

SITE = Path(__file__).parent.parent.parent / "static-site"


def test_every_service_has_a_colour_of_its_own() -> None:
    colours = re.findall(r"--service-(\w+): (#\w+);", (SITE / "colours.css").read_text())
    half = len(colours) // 2
    for scheme in (dict(colours[:half]), dict(colours[half:])):
        assert set(scheme) == {*SERVICES, "other"}
        assert len(set(scheme.values())) == len(scheme)


def test_every_service_is_known_to_the_page() -> None:
    script = (SITE / "services-card.js").read_text()
    listed = script.partition("new Set([")[2].partition("])")[0]
    swatches = re.findall(r"\.swatch-(\w+) ", (SITE / "cards.css").read_text())
    assert set(re.findall(r'"(\w+)"', listed)) == set(SERVICES) <= set(swatches)
