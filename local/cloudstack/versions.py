"""What each version of CloudStack can do, and what it leaves out (cloudstack.md)."""

from dataclasses import dataclass

VERSIONS = ("4.13", "4.14", "4.15", "4.17", "4.18", "4.19", "4.20", "4.22")
DEFAULT_VERSION = "4.22"

# Usage types that came later than 4.13, and since when they are there.
TYPES_SINCE = {28: (4, 14), 29: (4, 19), 30: (4, 20), 31: (4, 20)}
# Fields of a usage record that came later. PR 4266 and 4755: at first the guest system was an
# internal number, its name and category came with the next versions.
FIELDS_SINCE = {
    "domainpath": (4, 19, 2),
    "ostypeid": (4, 15),
    "osdisplayname": (4, 15, 1),
    "oscategoryid": (4, 15, 1),
    "oscategoryname": (4, 15, 1),
}


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A version of CloudStack: three numbers, `4.19` is the first release of that line."""

    numbers: tuple[int, int, int]

    @classmethod
    def read(cls, text: str) -> "Version":
        """Return the version of a text: one of VERSIONS, or a later release of its line.

        Raises:
            ValueError: the simulator does not know it.

        >>> Version.read("4.19.3").since(4, 19, 2), Version.read("4.19").since(4, 19, 2)
        (True, False)
        """
        line, _, release = text.partition(".")[2].partition(".")
        known = f"{text.partition('.')[0]}.{line}" in VERSIONS
        if not known or (release and not release.isdigit()) or text.endswith("."):
            raise ValueError(f"unknown version {text!r}")
        return cls((4, int(line), int(release or 0)))

    def since(self, *numbers: int) -> bool:
        """Return whether this is that version or a later one."""
        return self.numbers >= numbers

    @property
    def full(self) -> str:
        """Return the version as answers carry it."""
        return ".".join(str(number) for number in (*self.numbers, 0))

    @property
    def dates_are_quoted(self) -> bool:
        """Return whether dates of usage records have literal quotes (PR 8243 ended that)."""
        return not self.since(4, 20)

    @property
    def counts_all(self) -> bool:
        """Return whether `count` is the total; before PR 4193 it was the length of the page."""
        return self.since(4, 15)

    @property
    def recurses(self) -> bool:
        """Return whether usage is listed by `isrecursive`; the documentation of 4.15.0 lacks it."""
        return self.since(4, 15, 1)

    @property
    def finds_network_offerings(self) -> bool:
        """Return whether `usageid` finds records of type 13 (PR 10852)."""
        return self.since(4, 20, 1)

    @property
    def backups_in_bytes(self) -> bool:
        """Return whether the raw usage of type 28 is bytes (PR 5017, 5259 made it hours)."""
        return not self.since(4, 16)

    @property
    def guest_system_by_number(self) -> bool:
        """Return whether `ostypeid` is an internal number (PR 4755 made it an id)."""
        return not self.since(4, 15, 1)

    @property
    def has_quota_rules(self) -> bool:
        """Return whether quota tariffs have names, rules and ends (spec of #5891)."""
        return self.since(4, 18)

    @property
    def hides_quota_rules(self) -> bool:
        """Return whether only those who may change quota tariffs are shown their rules."""
        return self.since(4, 20)

    def has_type(self, usage_type: int) -> bool:
        """Return whether there are usage records of a type."""
        return self.since(*TYPES_SINCE.get(usage_type, (4,)))

    def missing_fields(self) -> frozenset[str]:
        """Return the fields that no usage record has yet."""
        return frozenset(name for name, since in FIELDS_SINCE.items() if not self.since(*since))
