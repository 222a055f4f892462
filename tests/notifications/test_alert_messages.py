"""The mail about a crossed threshold."""

from datetime import UTC, datetime
from decimal import Decimal as D
from email import message_from_bytes
from email.policy import default

from msgspec.structs import replace

from chalicelib.accounts import BillingAccount, Terms
from chalicelib.budgets.alerts import Alert, Spend
from chalicelib.budgets.budgets import Budget
from chalicelib.delivery.mail import mime
from chalicelib.money import Money
from chalicelib.notifications.alert_messages import alert_messages
from chalicelib.notifications.formats import amount_text, locale_of, month_text
from chalicelib.periods import BillingPeriod, Period

TERMS = Terms("INR", "en-IN", "Asia/Kolkata")
ACCOUNT = BillingAccount("id", "globex", "account", "/globex", "main", "enabled", TERMS, ())
BUDGET = Budget(
    "id",
    "monthly",
    Money.of("200000.00", "INR"),
    (D(50),),
    ("a@globex.example", "b@globex.example"),
)
SPEND = Spend(
    "id",
    "2026-11",
    Period.month(2026, 11, "Asia/Kolkata"),
    Money.of("123456.70", "INR"),
    datetime(2026, 11, 23, tzinfo=UTC),
    Money.of("170000.00", "INR"),
    (("Virtual machines", Money.of("100000.00", "INR")),),
)
ALERT = Alert(
    "2026-11.monthly.50.0", "id", BUDGET, D(50), SPEND, datetime(2026, 11, 23, tzinfo=UTC)
)
SITE = "https://billing.example"


def test_it_says_everything_a_reader_asks() -> None:
    (message, _) = alert_messages(ALERT, ACCOUNT, SITE)
    assert message.subject == ("globex: 50 % of the ₹2,00,000.00 budget for November 2026 is spent")
    for words in (
        "₹1,23,456.70",
        "61.7 %",
        "₹1,70,000.00",
        "Virtual machines",
        "₹1,00,000.00",
        "23 Nov 2026, 5:30:00 am (IST)",
        "November 2026",
        SITE,
    ):
        text = message.text.replace("\u202f", " ")
        assert words in text, words
        assert words.replace("&", "&amp;") in message.html.replace("\u202f", " "), words


def test_each_recipient_gets_a_message_of_their_own_with_an_id_of_its_own() -> None:
    messages = alert_messages(ALERT, ACCOUNT, SITE)
    assert [message.recipient for message in messages] == list(BUDGET.recipients)
    assert len({message.id for message in messages}) == 2
    assert messages == alert_messages(ALERT, ACCOUNT, SITE)
    assert all("b@globex.example" not in messages[0].text + messages[0].html for _ in [0])


def test_before_the_third_day_it_says_that_there_is_no_forecast() -> None:
    early = replace(ALERT, spend=replace(SPEND, forecast=None))
    assert "not enough data yet" in alert_messages(early, ACCOUNT, SITE)[0].text


def test_names_are_text_and_never_markup_or_headers() -> None:
    named = replace(ACCOUNT, name="<b>x</b>\r\nBcc: all@globex.example")
    (message, _) = alert_messages(ALERT, named, SITE)
    assert "<b>x</b>" not in message.html
    parsed = message_from_bytes(mime(message, "billing@stacktally.example"), policy=default)
    assert parsed["Bcc"] is None and parsed["To"] == "a@globex.example"


def test_the_same_message_is_the_same_bytes_in_text_and_html() -> None:
    (message, _) = alert_messages(ALERT, ACCOUNT, SITE)
    raw = mime(message, "billing@stacktally.example")
    assert raw == mime(message, "billing@stacktally.example")
    parsed = message_from_bytes(raw, policy=default)
    assert parsed["Subject"] == message.subject
    assert parsed["X-StackTally-Notification"] == message.id
    parts = [part.get_content_type() for part in parsed.walk()]
    assert parts == ["multipart/alternative", "text/plain", "text/html"]
    assert max(len(line) for line in raw.splitlines()) <= 998


def test_amounts_have_the_digits_of_their_currency_in_every_language(table) -> None:
    """
    amount  | currency | language | text
    1234.5  | EUR      | en-IE    | €1,234.50
    1234.5  | EUR      | de-DE    | 1.234,50 €
    1234567 | INR      | en-IN    | ₹12,34,567.00
    1.5     | KWD      | en-KW    | KWD 1.500
    1234    | JPY      | en       | ¥1,234
    12      | LAK      | en       | LAK 12.00
    -3      | EUR      | en       | -€3.00
    """
    for row in table:
        text = amount_text(Money.of(row["amount"], row["currency"]), row["language"])
        assert text.replace("\u00a0", " ").replace("\u202f", " ") == row["text"], row


def test_a_language_nobody_knows_falls_back() -> None:
    assert [str(locale_of(tag)) for tag in ("en-KW", "de-XX", "tlh", "", "x" * 30)] == [
        "en",
        "de",
        "en",
        "en",
        "en",
    ]
    assert month_text(BillingPeriod("2026-11", "Asia/Kuwait"), "ar-KW")
