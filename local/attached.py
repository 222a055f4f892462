"""`python -m local.attached PARENT MODULE [ARGUMENT ...]`: a module that ends with its parent.

When the runner is killed outright it cannot stop what it started. So each process it
starts watches for that itself, and then stops as if it had been asked to: the
emulated cloud saves its state.
"""

import os
import runpy
import signal
import sys
import threading
import time

SECONDS_BETWEEN_LOOKS = 0.5


def main() -> None:
    """Run the module named on the command line as if Python had been given it."""
    parent, module = int(sys.argv[1]), sys.argv[2]
    sys.argv = [module, *sys.argv[3:]]
    threading.Thread(target=_stop_without_parent, args=(parent,), daemon=True).start()
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _stop_without_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(SECONDS_BETWEEN_LOOKS)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
