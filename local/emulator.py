"""`python -m local.emulator`: ministack on loopback, which also saves its state while it runs.

By itself ministack saves only when it is stopped in order. Here it saves soon after
each change too, so that a machine that dies loses seconds, not the day.
"""

import asyncio
import os
import signal
import sys
import time

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack import app as ministack
from ministack.core.persistence import save_all
from ministack.services import sqs

from local.processes import LOOPBACK
from local.watching import Watched

SECONDS_BETWEEN_SAVES = 3.0
# At most this part of the time is spent on saving, however large the state is.
SAVING_SHARE = 0.05


def release_messages() -> None:
    """Let every message be received now: whoever had one is gone with the last emulator."""
    for queue in sqs._queues.to_dict().values():
        for message in queue["messages"]:
            message["visible_at"] = 0


async def keep_saved(watched: Watched) -> None:
    """Save the state after changes, for ever."""
    pause = SECONDS_BETWEEN_SAVES
    while True:
        await asyncio.sleep(pause)
        if watched.changed:
            watched.changed = False
            began = time.monotonic()
            # In the server's own thread, so that no request changes what is being written.
            save_all(ministack._build_persistence_save_dict())
            pause = max(SECONDS_BETWEEN_SAVES, (time.monotonic() - began) / SAVING_SHARE)


async def run(port: int) -> None:
    """Serve until SIGTERM; ministack saves once more on the way out."""
    config = Config()
    config.bind = [f"{LOOPBACK}:{port}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1
    config.loglevel = "WARNING"
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    watched = Watched(ministack.app, release_messages)
    saving = asyncio.create_task(keep_saved(watched))
    try:
        await serve(watched, config, shutdown_trigger=stopped.wait)  # type: ignore[arg-type]
    finally:
        saving.cancel()


if __name__ == "__main__":
    asyncio.run(run(int(os.environ["GATEWAY_PORT"])))
    sys.stdout.flush()
    # Threads of ministack still poll queues; nothing of theirs is worth waiting for.
    os._exit(0)
