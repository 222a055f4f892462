"""`make deploy`, against the emulated AWS with nothing of ours in it."""

from pathlib import Path

import boto3
import pytest

from deployment import deploy
from deployment.dependencies import THIS_MACHINE
from deployment.errors import DeploymentFailed
from deployment.stacks import stack_outputs, stack_state
from local.cloud import REGION, start_cloud
from local.processes import Processes, free_port

pytestmark = pytest.mark.stack


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    processes = Processes(tmp_path)
    cloud, _ = start_cloud(processes, free_port(), tmp_path)
    monkeypatch.setenv("AWS_ENDPOINT_URL", cloud.endpoint)
    monkeypatch.setenv("MAIL_FROM", "billing@provider.example")
    yield boto3.session.Session("test", "test", region_name=REGION)
    processes.stop_all()


def test_a_stage_is_deployed_with_its_address_in_the_mails(
    session: boto3.session.Session, capsys: pytest.CaptureFixture[str]
):
    deploy.deploy("prod", session, THIS_MACHINE)
    cloudformation = session.client("cloudformation")
    outputs = stack_outputs(cloudformation, "stacktally-prod")
    stack = stack_state(cloudformation, "stacktally-prod")
    assert stack is not None
    parameters = {each["ParameterKey"]: each["ParameterValue"] for each in stack["Parameters"]}
    assert parameters["SiteUrl"] == outputs["SiteUrl"]
    assert parameters["MailFrom"] == "billing@provider.example"
    objects = session.client("s3").list_objects_v2(Bucket=outputs["SiteBucketName"])
    assert "index.html" in {each["Key"] for each in objects["Contents"]}
    assert outputs["SiteUrl"] in capsys.readouterr().out


def test_a_setting_of_the_last_deployment_stays(
    session: boto3.session.Session, monkeypatch: pytest.MonkeyPatch
):
    deploy.deploy("prod", session, THIS_MACHINE)
    monkeypatch.delenv("MAIL_FROM")
    monkeypatch.setenv("LATE_DAYS", "40")
    deploy.deploy("prod", session, THIS_MACHINE)
    stack = stack_state(session.client("cloudformation"), "stacktally-prod")
    assert stack is not None
    parameters = {each["ParameterKey"]: each["ParameterValue"] for each in stack["Parameters"]}
    assert parameters["MailFrom"] == "billing@provider.example"
    assert parameters["LateDays"] == "40"


def test_the_feed_of_exchange_rates_can_be_switched_off_for_good(
    session: boto3.session.Session, monkeypatch: pytest.MonkeyPatch
):
    def url() -> str:
        deploy.deploy("prod", session, THIS_MACHINE)
        stack = stack_state(session.client("cloudformation"), "stacktally-prod")
        assert stack is not None
        told = {each["ParameterKey"]: each["ParameterValue"] for each in stack["Parameters"]}
        return str(told.get("ExchangeRatesUrl", "as the template says"))

    monkeypatch.setenv("EXCHANGE_RATES_URL", "https://rates.example/")
    assert url() == "https://rates.example/"
    monkeypatch.setenv("EXCHANGE_RATES_URL", "")
    assert url() == ""
    monkeypatch.delenv("EXCHANGE_RATES_URL")
    assert url() == ""


def test_a_stage_that_is_not_configured_is_refused(session: boto3.session.Session):
    with pytest.raises(DeploymentFailed, match="stage test is not in"):
        deploy.deploy("test", session, THIS_MACHINE)


def test_mails_need_a_sender(session: boto3.session.Session, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("MAIL_FROM")
    with pytest.raises(DeploymentFailed, match="MAIL_FROM"):
        deploy.deploy("prod", session, THIS_MACHINE)
