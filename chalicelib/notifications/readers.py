"""Who reads a mail about money: the words, amounts and days of their language."""

from datetime import date

from chalicelib.money import Money
from chalicelib.notifications.formats import amount_text, date_text, month_text
from chalicelib.notifications.letters import Direction
from chalicelib.notifications.words.arabic import ARABIC
from chalicelib.notifications.words.english import ENGLISH
from chalicelib.notifications.words.french import FRENCH
from chalicelib.notifications.words.german import GERMAN
from chalicelib.notifications.words.hindi import HINDI
from chalicelib.notifications.words.spanish import SPANISH
from chalicelib.notifications.words.wording import Wording
from chalicelib.periods import BillingPeriod

WORDINGS = {each.language: each for each in (ENGLISH, GERMAN, FRENCH, SPANISH, HINDI, ARABIC)}
_FROM_RIGHT = ("ar",)
# A value stands in a sentence of another direction as one piece (UAX 9: FSI and PDI).
_ISOLATED = "\N{FIRST STRONG ISOLATE}{}\N{POP DIRECTIONAL ISOLATE}"


class Reader:
    """Says things in a language; in English, where there are no words in that.

    Args:
        tag: BCP 47 tag.
    """

    def __init__(self, tag: str) -> None:
        language = tag.split("-", maxsplit=1)[0].lower()
        self.words: Wording = WORDINGS.get(language, ENGLISH)
        self.language = self.words.language
        self.direction: Direction = "rtl" if self.language in _FROM_RIGHT else "ltr"
        self._tag = tag if language == self.language else self.language

    def amount(self, money: Money) -> str:
        """Return an amount with its currency."""
        return amount_text(money, self._tag)

    def day(self, day: date) -> str:
        """Return a day."""
        return date_text(day, self._tag)

    def month(self, period: str, time_zone: str) -> str:
        """Return the name of a billing period."""
        return month_text(BillingPeriod(period, time_zone), self._tag)

    def say(self, words: str, **values: str) -> str:
        """Return a sentence with its values in their places; an address is left as it is."""
        if self.direction == "rtl":
            values = {
                name: value if name == "url" else _ISOLATED.format(value)
                for name, value in values.items()
            }
        return words.format(**values)
