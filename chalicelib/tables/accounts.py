"""The accounts table: sub accounts as CloudStack knows them, and the terms they are billed on."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.update import Action

from chalicelib.accounts import (
    Agreed,
    BillingAccount,
    Kind,
    StoppedVms,
    SubAccount,
    Terms,
    billing_account_of,
    company,
)
from chalicelib.errors import NotFound
from chalicelib.roll_ups import RollUp, memberships, sources_of
from chalicelib.tables.attributes import Document, updated
from chalicelib.tables.revision import RevisionTable
from chalicelib.tables.roll_ups import RollUpsTable

_PARTITION = "accounts"
_REMOVED = "removed"


class AccountDocument(Document):
    """A sub account and its terms; pk is `accounts`, sk the UUID.

    What CloudStack tells and what the operator sets come independently, in either order. One with
    a name and no connection is a company: the operator made it, under an id of their own.
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
    stopped_vms = UnicodeAttribute(null=True)
    agreed_prices = BooleanAttribute(null=True)
    agreed_more = BooleanAttribute(null=True)


class AccountsTable:
    """Billing accounts, and the sub accounts that belong to them.

    Args:
        defaults: the terms of an account the operator has set none for.
    """

    def __init__(self, defaults: Terms, roll_ups: RollUpsTable, revision: RevisionTable) -> None:
        self._defaults = defaults
        self._roll_ups = roll_ups
        self._revision = revision

    def get(self, account: str) -> BillingAccount:
        """Return a billing account.

        Raises:
            NotFound: CloudStack has told of none with that id, and the operator has made none.
        """
        try:
            row = AccountDocument.get(_PARTITION, account, consistent_read=True)
        except DoesNotExist:
            raise NotFound(f"no account {account!r}") from None
        if not _is_known(row):
            raise NotFound(f"no account {account!r}")
        rows, roll_ups = [row], self._roll_ups.all()
        if any(each.billing_account == account for each in roll_ups):
            rows = self._rows()
        found = self._billing_accounts(rows, roll_ups)
        return next(each for each in found if each.id == account)

    def all(self) -> list[BillingAccount]:
        """Return every billing account, by domain and name."""
        accounts = self._billing_accounts(self._rows(), self._roll_ups.all())
        return sorted(accounts, key=lambda account: (account.domain, account.name, account.id))

    def sub_accounts(self) -> list[SubAccount]:
        """Return every account and project that CloudStack has told of."""
        return [_sub_account(row) for row in self._rows() if row.connection is not None]

    def remember(self, sub_accounts: Iterable[SubAccount], *, only_unknown: bool = False) -> int:
        """Record what CloudStack tells of its accounts; return how many rows changed.

        An account that CloudStack no longer lists is `removed`; its usage may still be billed, so
        it keeps its name and domain. It gets its state back when it is listed again.

        Args:
            only_unknown: leave the known ones; usage records tell less than CloudStack's lists.
        """
        known = {row.sk: row for row in self._rows()}
        listed = list(sub_accounts)
        changed = 0
        for told in listed:
            row = known.get(told.id)
            seen = row is not None and row.connection is not None
            if seen and (only_unknown or _tells_nothing_new(row, told)):
                continue
            document = AccountDocument(_PARTITION, told.id)
            condition = AccountDocument.connection.does_not_exist() if only_unknown else None
            changed += updated(document, _identity_actions(told), condition)
        if not only_unknown:
            for row in _unlisted(known.values(), listed):
                actions = [AccountDocument.state.set(_REMOVED)]
                changed += updated(AccountDocument(_PARTITION, row.sk), actions)
        if changed:
            # Who belongs to whom may be another now.
            self._revision.bump()
        return changed

    def set_terms(self, account: str, terms: Terms, name: str | None = None) -> None:
        """Record the terms an account is billed on, even before CloudStack has told of it.

        Args:
            name: of a company; CloudStack's own accounts keep theirs.
        """
        actions = [
            AccountDocument.currency.set(terms.currency),
            AccountDocument.language.set(terms.language),
            AccountDocument.time_zone.set(terms.time_zone),
            AccountDocument.stopped_vms.set(terms.stopped_vms),
        ]
        row = AccountDocument(_PARTITION, account)
        updated(row, actions)
        if name is not None:
            not_told = AccountDocument.connection.does_not_exist()
            updated(row, [AccountDocument.name.set(name)], not_told)

    def note_agreed(self, account: str, agreed: Agreed) -> None:
        """Record that there is more to read of an account from now on; it stays recorded."""
        actions = []
        if agreed.prices:
            actions.append(AccountDocument.agreed_prices.set(True))
        if agreed.more:
            actions.append(AccountDocument.agreed_more.set(True))
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
            stopped_vms=_stopped_vms(row.stopped_vms) or self._defaults.stopped_vms,
        )

    def _rows(self) -> list[AccountDocument]:
        return list(AccountDocument.query(_PARTITION, consistent_read=True))

    def _billing_accounts(
        self, rows: Sequence[AccountDocument], roll_ups: Sequence[RollUp]
    ) -> list[BillingAccount]:
        """Return the billing accounts of `rows`, with those memberships that are about `rows`."""
        known = [row for row in rows if _is_known(row)]
        told = [_sub_account(row) for row in known if row.connection is not None]
        sources = {(one.connection, source) for one in told for source in sources_of(one)}
        about = [each for each in roll_ups if (each.connection, each.source) in sources]
        terms = {row.sk: self._terms(row) for row in rows}
        zones = {
            target: (terms.get(target) or self.terms(target)).time_zone
            for target in {each.billing_account for each in about}
        }
        members = memberships(told, about, zones)
        sub_accounts = {each.id: each for each in told}
        fed_from: dict[str, set[str]] = defaultdict(set)
        for roll_up in roll_ups:
            fed_from[roll_up.billing_account].add(roll_up.connection)
        found = []
        for row in known:
            agreed = Agreed(bool(row.agreed_prices), bool(row.agreed_more))
            about_it = (terms[row.sk], members.get(row.sk, ()), fed_from[row.sk])
            if row.sk in sub_accounts:
                found.append(billing_account_of(sub_accounts[row.sk], *about_it, agreed=agreed))
            else:
                found.append(company(row.sk, row.name or row.sk, *about_it, agreed=agreed))
        return found


def _stopped_vms(told: str | None) -> StoppedVms | None:
    if told is None:
        return None
    return "free" if told == "free" else "charged"


def _is_known(row: AccountDocument) -> bool:
    return row.connection is not None or row.name is not None


def _unlisted(
    known: Iterable[AccountDocument], listed: Sequence[SubAccount]
) -> Iterator[AccountDocument]:
    """Yield the rows of a connection that CloudStack lists no more.

    Every CloudStack has at least the account of its root admin: a list without any account is no
    list, and nothing is concluded from it.
    """
    connections = {told.connection for told in listed if told.kind == "account"}
    ids = {told.id for told in listed}
    for row in known:
        if row.connection in connections and row.sk not in ids and row.state != _REMOVED:
            yield row


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
