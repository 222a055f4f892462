"""What `make run` can be told, and what it refuses."""

from pathlib import Path

import pytest

from local.errors import LocalCloudFailed
from local.settings import read_settings

OWN = {
    "CLOUDSTACK_ENDPOINT": "https://cloud.example/client/api",
    "CLOUDSTACK_API_KEY": "key",
    "CLOUDSTACK_SECRET_KEY": "secret",
}


def test_the_environment_wins_over_the_file_unless_it_is_empty(tmp_path: Path):
    (tmp_path / ".env").write_text("PORT=9001\n")
    assert read_settings({"PORT": "9002"}, tmp_path).port == 9002
    assert read_settings({"PORT": ""}, tmp_path).port == 9001


def test_an_own_cloudstack_has_a_state_of_its_own(tmp_path: Path):
    (tmp_path / ".env").write_text("\n".join(f"{name}={value}" for name, value in OWN.items()))
    own, sample = read_settings({}, tmp_path), read_settings({}, tmp_path / "nowhere")
    assert own.cloudstack is not None and own.cloudstack.api_key == "key"
    assert sample.cloudstack is None
    assert own.state_folder != sample.state_folder


def test_an_own_cloudstack_is_told_apart_by_its_settings(tmp_path: Path):
    given = {"TIME_ZONE": "Asia/Kolkata", "AGGREGATION": "60", "TAGS": "off", "PAGE_SIZE": "100"}
    environment = OWN | {f"CLOUDSTACK_{name}": value for name, value in given.items()}
    own = read_settings(environment, tmp_path).cloudstack
    assert own is not None
    told = (own.time_zone, own.aggregation_minutes, own.tags, own.page_size)
    assert told == ("Asia/Kolkata", 60, False, 100)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"PORT": "high"}, "PORT must be a number"),
        ({"PORT": "70000"}, "PORT must be a number"),
        ({**OWN, "CLOUDSTACK_SECRET_KEY": ""}, "CLOUDSTACK_SECRET_KEY is not"),
        ({**OWN, "CLOUDSTACK_ENDPOINT": "cloud.example"}, "must be a URL"),
        ({**OWN, "CLOUDSTACK_ENDPOINT": "https://cloud.example/"}, "no URL that ends in"),
        ({**OWN, "CLOUDSTACK_TIME_ZONE": "Mars/Base"}, "unknown time zone"),
        ({**OWN, "CLOUDSTACK_AGGREGATION": "hourly"}, "CLOUDSTACK_AGGREGATION must be a whole"),
        ({**OWN, "CLOUDSTACK_AGGREGATION": "0"}, "minutes of aggregation"),
        ({**OWN, "CLOUDSTACK_PAGE_SIZE": "0"}, "no page size"),
    ],
)
def test_what_makes_no_sense_is_refused(environment: dict[str, str], words: str, tmp_path: Path):
    with pytest.raises(LocalCloudFailed, match=words):
        read_settings(environment, tmp_path)
