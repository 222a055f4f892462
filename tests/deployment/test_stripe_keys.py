"""`make stripe`: what it stores is what the product reads; without keys nobody can pay so."""

import getpass
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from chalicelib.delivery.gateway_parameters import GatewayParameters
from chalicelib.delivery.stripe import StripeKeys
from chalicelib.errors import Conflict, NotFound, Unavailable
from chalicelib.wiring.gateways import Gateways
from deployment import stripe
from local.cloud import Cloud

KEYS = StripeKeys("sk_live_1", "whsec_1")
PROMPTS = ("Secret key (sk_... or rk_...): ", "Signing secret of the webhook (whsec_...): ")
_stages = count()


@pytest.fixture
def stage(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> str:
    """A stage without keys; somebody types two, with spaces around."""
    typed = dict(zip(PROMPTS, (f" {KEYS.secret_key} ", f"{KEYS.webhook_secret}\n"), strict=True))
    monkeypatch.setattr(getpass, "getpass", typed.__getitem__)
    return f"stripe{next(_stages)}"


def read(cloud: Cloud, stage: str) -> GatewayParameters:
    return GatewayParameters(cloud.client("ssm"), f"/stacktally/{stage}/gateways")


def test_keys_are_stored_as_a_secret_read_and_forgotten(
    cloud: Cloud, stage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert read(cloud, stage).stripe() is None
    assert stripe.main(["--stage", stage]) == 0
    assert read(cloud, stage).stripe() == KEYS
    name = f"/stacktally/{stage}/gateways/stripe"
    stored = cloud.client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]
    assert stored["Type"] == "SecureString"
    assert stripe.main(["--stage", stage, "--remove"]) == 0
    assert read(cloud, stage).stripe() is None
    assert stripe.main(["--stage", stage, "--remove"]) == 0
    said = capsys.readouterr()
    assert "sk_live" not in said.out + said.err and "whsec_1" not in said.out + said.err


@pytest.mark.parametrize(
    "typed", [("pk_live_1", "whsec_1"), ("sk_live_1", "1"), ("sk_ x", "whsec_1")]
)
def test_other_keys_are_not_stored_and_not_repeated(
    cloud: Cloud,
    stage: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    typed: tuple[str, str],
) -> None:
    monkeypatch.setattr(getpass, "getpass", dict(zip(PROMPTS, typed, strict=True)).__getitem__)
    assert stripe.main(["--stage", stage]) == 1
    assert read(cloud, stage).stripe() is None
    assert typed[0] not in capsys.readouterr().err


@pytest.mark.parametrize("value", ["{}", "sk_live_1", '{"secret_key":"","webhook_secret":"w"}'])
def test_what_is_stored_by_hand_and_wrong_is_said_without_showing_it(
    cloud: Cloud, stage: str, value: str
) -> None:
    name = f"/stacktally/{stage}/gateways/stripe"
    cloud.client("ssm").put_parameter(Name=name, Type="SecureString", Value=value)
    with pytest.raises(Unavailable, match="run make stripe") as caught:
        read(cloud, stage).stripe()
    assert "sk_live" not in str(caught.value)


class Stored:
    """Parameters whose keys may change, and which count how often they are asked."""

    def __init__(self) -> None:
        self.keys: StripeKeys | None = None
        self.asked = 0

    def stripe(self) -> StripeKeys | None:
        self.asked += 1
        return self.keys


def test_a_gateway_is_in_use_while_it_has_keys_which_are_asked_for_once_a_minute() -> None:
    now = datetime(2026, 12, 1, tzinfo=UTC)
    stored = Stored()
    gateways = Gateways(stored, "http://127.0.0.1:9", lambda: now)  # type: ignore[arg-type]
    assert gateways.in_use() == ()
    with pytest.raises(Conflict, match="make stripe"):
        gateways.gateway("stripe")
    with pytest.raises(NotFound, match="'paypal'"):
        gateways.gateway("paypal")
    stored.keys = KEYS
    assert gateways.in_use() == () and stored.asked == 1
    now += timedelta(minutes=2)
    assert gateways.in_use() == ("stripe",)
    first = gateways.gateway("stripe")
    now += timedelta(minutes=2)
    assert gateways.gateway("stripe") is first and stored.asked == 3
    stored.keys = StripeKeys("sk_live_2", "whsec_2")
    now += timedelta(minutes=2)
    assert gateways.gateway("stripe") is not first
