"""Which accounts are locked or disabled and which projects suspended, and since which restart."""

import json
import os
from pathlib import Path
from threading import Lock
from typing import Literal

from local.cloudstack.estate import Account, Project

AccountState = Literal["enabled", "locked", "disabled"]
ProjectState = Literal["Active", "Suspended"]


class States:
    """The state of every account and project; what is not kept is enabled or active.

    Args:
        kept: file that keeps them over a restart.

    Raises:
        ValueError: the file is not one the simulator wrote.
    """

    def __init__(self, kept: Path | None = None) -> None:
        self._kept = kept
        self._lock = Lock()
        self._accounts: dict[str, AccountState] = {}
        self._projects: dict[str, ProjectState] = {}
        if kept is not None and kept.exists():
            self._read(kept)

    def of_account(self, account: Account) -> AccountState:
        """Return CloudStack's word for the state of an account."""
        return self._accounts.get(account.id, "enabled")

    def of_project(self, project: Project) -> ProjectState:
        """Return CloudStack's word for the state of a project."""
        return self._projects.get(project.id, "Active")

    def admits(self, account: Account) -> bool:
        """Return whether users of an account may call the API at all: only if it is enabled."""
        return self.of_account(account) == "enabled"

    def set_account(self, account: Account, state: AccountState) -> None:
        """Change the state of an account."""
        with self._lock:
            self._accounts[account.id] = state
            self._keep()

    def set_project(self, project: Project, state: ProjectState) -> None:
        """Change the state of a project."""
        with self._lock:
            self._projects[project.id] = state
            self._keep()

    def _keep(self) -> None:
        if self._kept is None:
            return
        content = {"accounts": self._accounts, "projects": self._projects}
        beside = self._kept.with_name(f"{self._kept.name}.{os.getpid()}")
        beside.write_text(json.dumps(content) + "\n", encoding="utf-8")
        beside.replace(self._kept)

    def _read(self, kept: Path) -> None:
        try:
            content = json.loads(kept.read_text(encoding="utf-8"))
            self._accounts |= content["accounts"]
            self._projects |= content["projects"]
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"cannot read the simulator's state file {str(kept)!r}") from error


def beside(state: Path | None) -> Path | None:
    """Return the file that keeps the states, next to that of the clock."""
    return None if state is None else state.with_name(f"{state.stem}-accounts{state.suffix}")
