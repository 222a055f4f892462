"""What the monthly run made of each account, as a document."""

from collections.abc import Iterable, Mapping, Sequence

from chalicelib.invoicing.billing_runs import RunState
from chalicelib.periods import instant_text
from chalicelib.reporting.documents import Document

DUE = "due"
# Those that somebody must look at come first.
_ORDER = ("waiting", "failed", DUE, "issued", "nothing")


def run_rows(runs: Iterable[RunState], names: Mapping[str, str]) -> list[Document]:
    """Return what became of every account: what waits first, then by name.

    Args:
        names: of all that may be invoiced, by id; those without a state have not had their turn.
    """
    known = {run.account: run for run in runs}
    rows = [
        run_row(known.get(account), account, names.get(account, account))
        for account in {**names, **dict.fromkeys(known, "")}
    ]
    return sorted(rows, key=_place)


def run_row(run: RunState | None, account: str, name: str) -> Document:
    """Return what became of one account."""
    named = {"id": account, "name": name}
    if run is None:
        return {
            "account": named,
            "state": DUE,
            "reasons": [],
            "number": None,
            "document": None,
            "at": None,
            "by": None,
        }
    return {
        "account": named,
        "state": run.state,
        "reasons": [
            {"code": each.code, "message": each.message, "may_override": each.may_override}
            for each in run.reasons
        ],
        "number": run.number or None,
        "document": run.document or None,
        "at": instant_text(run.at),
        "by": run.by or None,
    }


def run_counts(rows: Sequence[Document]) -> dict[str, int]:
    """Return how many accounts there are in each state."""
    counts = dict.fromkeys(("issued", "waiting", "nothing", "failed", DUE), 0)
    for row in rows:
        counts[str(row["state"])] += 1
    return counts


def _place(row: Document) -> tuple[int, str, str]:
    account = row["account"]
    assert isinstance(account, dict)
    return _ORDER.index(str(row["state"])), account["name"].casefold(), account["id"]
