"""`/admin/documents`: the numbers that an issuer has used, in order."""

from chalice.app import Response

from chalicelib.entrypoints.named import named, names
from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import Request, wrong
from chalicelib.errors import NotFound
from chalicelib.invoicing.documents import Kind
from chalicelib.invoicing.numbers import Numbered, Series
from chalicelib.reporting.numbers import gaps, numbered_document, series_document
from chalicelib.wiring.invoices import standings

_NUMBERS_A_PAGE = 50
_LAST_NUMBER = 10**8


def list_documents(request: Request) -> Response:
    """The series of an issuer, and the documents of one of them."""
    issuer = _issuer(request)
    kind = Kind(request.choice("kind", tuple(Kind)))
    if issuer is None:
        return reply({"issuer": None, "series": [], "documents": [], "next": None})
    known = sorted(
        request.wiring.invoices.all_series(issuer),
        key=lambda each: (each[0].fiscal_year, each[0].kind),
        reverse=True,
    )
    year = request.query.get("fiscal_year")
    asked = next(
        (
            series
            for series, _ in known
            if series.kind is kind and year in (None, series.fiscal_year)
        ),
        None,
    )
    numbers = [] if asked is None else _all(request, asked)
    page, more = _page(request, numbers)
    return reply(
        {
            "issuer": issuer,
            "series": [
                series_document(
                    series, following, gaps(numbers, following) if series == asked else []
                )
                for series, following in known
            ],
            "documents": _documents(request, page),
            "next": more,
        }
    )


def _issuer(request: Request) -> str | None:
    """Return the issuer that is asked about, the first unless another is."""
    known = list(request.wiring.issuers.issuers())
    asked = request.query.get("issuer")
    if asked is None:
        return known[0] if known else None
    if asked not in known:
        raise NotFound("there is no such issuer")
    return asked


def _all(request: Request, series: Series) -> list[Numbered]:
    """Return all numbers of a series, the newest first."""
    found = request.wiring.invoices.numbers(series, limit=_LAST_NUMBER)
    return found[::-1]


def _page(request: Request, numbers: list[Numbered]) -> tuple[list[Numbered], str | None]:
    asked, first = request.query.get("next"), 0
    if asked is not None:
        places = [place for place, each in enumerate(numbers, 1) if str(each.n) == asked]
        if not places:
            raise wrong("next", "is not known: read the list from its beginning")
        first = places[0]
    page = numbers[first : first + _NUMBERS_A_PAGE]
    more = len(numbers) > first + _NUMBERS_A_PAGE
    return page, str(page[-1].n) if more else None


def _documents(request: Request, page: list[Numbered]) -> list[dict[str, object]]:
    seen, known = standings(request.wiring) if page else {}, names(request)
    told = []
    for each in page:
        found = request.wiring.invoices.get(each.account, each.document)
        assert found is not None, "a number is given together with its document"
        standing = seen.get(each.account)
        account = named(each.account, known)
        told.append(
            numbered_document(
                each, found[0], None if standing is None else standing.standing, account
            )
        )
    return told
