"""A bank statement that somebody looks at, as a document."""

from collections.abc import Mapping, Sequence

from chalicelib.ledger.bank_matches import Match
from chalicelib.ledger.bank_statements import BankStatement, RowProblem, StatementRow
from chalicelib.reporting.documents import Document, money_document


def preview_document(
    statement: BankStatement, matches: Sequence[Match], names: Mapping[str, str]
) -> Document:
    """Return what was read of a statement, and whose payments those may be.

    Args:
        matches: of its rows, in their order.
        names: of accounts, by id.
    """
    told = [_row(row, match, names) for row, match in zip(statement.rows, matches, strict=True)]
    told += map(_problem, statement.problems)
    waiting = [match for match in matches if not match.already]
    matched = [match for match in waiting if match.account is not None]
    sure = sum(match.sure for match in matched)
    return {
        "columns": statement.columns,
        "rows": sorted(told, key=lambda row: str(row["line"]).zfill(8)),
        "counts": {
            "rows": len(told),
            "sure": sure,
            "unsure": len(matched) - sure,
            "unmatched": len(waiting) - len(matched),
            "already": len(matches) - len(waiting),
            "problems": len(statement.problems),
        },
    }


def _row(row: StatementRow, match: Match, names: Mapping[str, str]) -> Document:
    return {
        "line": row.line,
        "id": row.id,
        "day": row.day.isoformat(),
        "amount": money_document(row.amount),
        "reference": row.reference,
        "payer": row.payer,
        "match": _match(match, names),
        "already": match.already,
        "problem": None,
    }


def _match(match: Match, names: Mapping[str, str]) -> Document | None:
    if match.account is None:
        return None
    return {
        "account": {"id": match.account, "name": names.get(match.account, match.account)},
        "document": match.document,
        "number": match.number,
        "how": match.how,
        "sure": match.sure,
    }


def _problem(problem: RowProblem) -> Document:
    return {
        "line": problem.line,
        "id": "",
        "day": None,
        "amount": None,
        "reference": problem.text,
        "payer": "",
        "match": None,
        "already": False,
        "problem": problem.reason,
    }
