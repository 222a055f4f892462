"""Reads pages of usage records into the archive, until they end or the time does."""

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from chalicelib.metering.pages import UsagePage
from chalicelib.metering.progress import PartProgress
from chalicelib.runs.collection import Collection

# Pages archived as one object: a PUT costs as much as ten pages take to store for two years.
PAGES_A_BUNDLE = 16


def read_part(
    part: PartProgress,
    pages: Iterable[UsagePage],
    collection: Collection,
    *,
    look: Callable[[UsagePage], None] = lambda page: None,
    checkpoint: Callable[[PartProgress], object] = lambda part: None,
) -> PartProgress:
    """Archive `pages`, the ones left of a part, in bundles; return how far that got.

    Args:
        look: is shown every page.
        checkpoint: is told how far it is after every full bundle.

    Raises:
        Unavailable: CloudStack or S3 failed.
    """
    bundle: list[bytes] = []

    def archived() -> PartProgress:
        """Return the part with the bundle at hand in the archive."""
        digests = (collection.archive.put(part.window, bundle),) if bundle else ()
        bundle.clear()
        return replace(part, archived=(*part.archived, *digests))

    for page in pages:
        bundle.append(page.body)
        look(page)
        part = replace(part, rows=part.rows + page.size, next_page=part.next_page + page.ends_page)
        if not page.ends_page:
            continue
        if not collection.has_time():
            was_last = part.last_page is not None and part.next_page > part.last_page
            return replace(archived(), is_done=was_last or page.size == 0)
        if len(bundle) >= PAGES_A_BUNDLE:
            part = archived()
            checkpoint(part)
    return replace(archived(), is_done=True)
