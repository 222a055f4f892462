"""The accounts table: sub accounts as CloudStack knows them, and the terms they are billed on."""

from collections.abc import Iterable

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.update import Action

from chalicelib.accounts import BillingAccount, Kind, SubAccount, Terms, billing_account_of
from chalicelib.errors import NotFound
from chalicelib.tables.attributes import Document, updated

_PARTITION = "accounts"


class AccountDocument(Document):
    """A sub account and its terms; pk is `accounts`, sk the UUID.

    What CloudStack tells and what the operator sets come independently, in either order.
    """

    class Meta:
        suffix = "accounts"
        table_name = suffix

    connection = UnicodeAttribute(null=True)
    kind = UnicodeAttribute(null=True)
    name = UnicodeAttribute(null=True)
    domain = UnicodeAttribute(null=True)
    state = UnicodeAttribute(null=True)
    owner = UnicodeAttribute(null=True)
    currency = UnicodeAttribute(null=True)
    language = UnicodeAttribute(null=True)
    time_zone = UnicodeAttribute(null=True)


class AccountsTable:
    """Billing accounts; each is one sub account.

    Args:
        defaults: the terms of an account the operator has set none for.
    """

    def __init__(self, defaults: Terms) -> None:
        self._defaults = defaults

    def get(self, account: str) -> BillingAccount:
        """Return a billing account.

        Raises:
            NotFound: CloudStack has told of none with that id.
        """
        try:
            row = AccountDocument.get(_PARTITION, account, consistent_read=True)
        except DoesNotExist:
            raise NotFound(f"no account {account!r}") from None
        if row.connection is None:
            raise NotFound(f"no account {account!r}")
        return self._billing_account(row)

    def all(self) -> list[BillingAccount]:
        """Return every billing account, by domain and name."""
        rows = AccountDocument.query(_PARTITION, consistent_read=True)
        accounts = [self._billing_account(row) for row in rows if row.connection is not None]
        return sorted(accounts, key=lambda account: (account.domain, account.name, account.id))

    def remember(self, sub_accounts: Iterable[SubAccount], *, only_unknown: bool = False) -> int:
        """Record what CloudStack tells of its accounts; return how many rows changed.

        Args:
            only_unknown: leave the known ones; usage records tell less than CloudStack's lists.
        """
        known = {row.sk: row for row in AccountDocument.query(_PARTITION, consistent_read=True)}
        changed = 0
        for told in sub_accounts:
            row = known.get(told.id)
            seen = row is not None and row.connection is not None
            if seen and (only_unknown or _tells_nothing_new(row, told)):
                continue
            document = AccountDocument(_PARTITION, told.id)
            condition = AccountDocument.connection.does_not_exist() if only_unknown else None
            changed += updated(document, _identity_actions(told), condition)
        return changed

    def set_terms(self, account: str, terms: Terms) -> None:
        """Record the terms an account is billed on, even before CloudStack has told of it."""
        actions = [
            AccountDocument.currency.set(terms.currency),
            AccountDocument.language.set(terms.language),
            AccountDocument.time_zone.set(terms.time_zone),
        ]
        updated(AccountDocument(_PARTITION, account), actions)

    def terms(self, account: str) -> Terms:
        """Return the terms of an account, the default ones where none were set."""
        try:
            return self._terms(AccountDocument.get(_PARTITION, account, consistent_read=True))
        except DoesNotExist:
            return self._defaults

    def _terms(self, row: AccountDocument) -> Terms:
        return Terms(
            currency=row.currency or self._defaults.currency,
            language=row.language or self._defaults.language,
            time_zone=row.time_zone or self._defaults.time_zone,
        )

    def _billing_account(self, row: AccountDocument) -> BillingAccount:
        return billing_account_of(_sub_account(row), self._terms(row))


def _sub_account(row: AccountDocument) -> SubAccount:
    kind: Kind = "project" if row.kind == "project" else "account"
    return SubAccount(
        id=row.sk,
        connection=row.connection or "",
        kind=kind,
        name=row.name or row.sk,
        domain=row.domain or "/",
        state=row.state or "unknown",
        owner=row.owner or "",
    )


def _tells_nothing_new(row: AccountDocument | None, told: SubAccount) -> bool:
    return row is not None and _sub_account(row) == told


def _identity_actions(told: SubAccount) -> list[Action]:
    return [
        AccountDocument.connection.set(told.connection),
        AccountDocument.kind.set(told.kind),
        AccountDocument.name.set(told.name),
        AccountDocument.domain.set(told.domain),
        AccountDocument.state.set(told.state),
        AccountDocument.owner.set(told.owner),
    ]
