"""Records what the operator decides of records set aside, and has their windows metered anew."""

from chalicelib.metering.reviews import Decision, checked
from chalicelib.periods import Period
from chalicelib.runs.messages import WindowMessage
from chalicelib.runs.ports import Queue, Reviews, Windows


def decide(decision: Decision, *, reviews: Reviews, windows: Windows, queue: Queue) -> int:
    """Record a decision and have the windows it is about metered anew; return how many.

    Safe to repeat: the same decision is the same row, and a window metered twice is the same.
    Whoever dies before all windows have been asked for leaves that to the next plan.

    Raises:
        Conflict: the records have no quantity that could be billed.
        Unavailable: the queue did not take all windows; they are asked for with the next plan.
    """
    reviews.decide(checked(decision))
    return carry_out(decision, reviews=reviews, windows=windows, queue=queue)


def carry_out(decision: Decision, *, reviews: Reviews, windows: Windows, queue: Queue) -> int:
    """Have the windows that a decision is about metered anew; return how many."""
    span = Period(decision.start, decision.end)
    count = replay_windows(decision.connection, span, windows=windows, queue=queue)
    reviews.mark_carried_out(decision)
    return count


def replay_windows(connection: str, span: Period, *, windows: Windows, queue: Queue) -> int:
    """Have every window that starts in `span` metered anew from the archive; return how many."""
    found = windows.windows(connection, since=span.start, before=span.end)
    messages = [WindowMessage.of(each.window, replay=True) for each in found]
    queue.put_all(messages)
    return len(messages)
