"""The environment, read once."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.accounts import Terms


@dataclass(frozen=True, slots=True)
class Settings:
    """How this deployment is set up.

    Attributes:
        table_prefix: of every table and function name, such as `stacktally-prod`.
        connections: ids of the CloudStack installations; the first is for sign-ins.
        connections_path: of their parameters in SSM.
        default_terms: of accounts the operator has set none for.
        late_days: how long complete days are looked at again for late usage records.
        exchange_rates_url: folder of the euro reference rates; empty where none are fetched.
        documents_bucket: of invoices as people and machines read them, and of logos.
        gateways_path: of the payment gateways' parameters in SSM.
        stripe_url: of Stripe's API, without a slash at its end.
    """

    table_prefix: str
    archive_bucket: str
    windows_queue_url: str
    accounts_queue_url: str
    connections: tuple[str, ...]
    connections_path: str
    mail_from: str
    site_url: str
    default_terms: Terms
    late_days: int
    exchange_rates_url: str
    documents_bucket: str
    invoices_queue_url: str
    follow_ups_queue_url: str
    gateways_path: str
    stripe_url: str


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings that the environment holds.

    Raises:
        KeyError: a variable is missing; the message is its name.
    """
    return Settings(
        table_prefix=environment["TABLE_PREFIX"],
        archive_bucket=environment["ARCHIVE_BUCKET"],
        windows_queue_url=environment["WINDOWS_QUEUE_URL"],
        accounts_queue_url=environment["ACCOUNTS_QUEUE_URL"],
        connections=tuple(environment.get("CONNECTIONS", "main").split(",")),
        connections_path=environment["CONNECTIONS_PATH"],
        mail_from=environment["MAIL_FROM"],
        site_url=environment["SITE_URL"],
        default_terms=Terms(
            currency=environment["DEFAULT_CURRENCY"],
            language=environment["DEFAULT_LANGUAGE"],
            time_zone=environment["DEFAULT_TIME_ZONE"],
        ),
        late_days=int(environment["LATE_DAYS"]),
        exchange_rates_url=environment["EXCHANGE_RATES_URL"],
        documents_bucket=environment["DOCUMENTS_BUCKET"],
        invoices_queue_url=environment["INVOICES_QUEUE_URL"],
        follow_ups_queue_url=environment["FOLLOW_UPS_QUEUE_URL"],
        gateways_path=environment["GATEWAYS_PATH"],
        stripe_url=environment["STRIPE_URL"],
    )
