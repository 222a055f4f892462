"""What a language has words for."""

import msgspec


class Note(msgspec.Struct, frozen=True):
    """A subject and the sentence that follows it; names in braces stand for values."""

    subject: str
    text: str


class Labels(msgspec.Struct, frozen=True, kw_only=True):
    """What figures are called."""

    account: str
    invoice: str
    credit_note: str
    receipt: str
    corrects: str
    period: str
    total: str
    paid_already: str
    to_pay: str
    due_on: str
    days_overdue: str
    holder: str
    iban: str
    bic: str
    quote: str
    paid_by: str
    reason: str
    unpaid: str
    limit: str
    available: str
    low_balance: str
    left: str
    usable_until: str


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """All words of mails about money.

    Attributes:
        methods: how was paid, by the names of `chalicelib.ledger.payments`.
        paid_in_full, in_your_favour: what follows an invoice that asks for nothing.
        pay, pay_online, see, top_up: what closes a mail; the address follows.
        unless_held, unless_suspended: what happens to who does not pay.
    """

    language: str
    labels: Labels
    methods: dict[str, str]
    invoice: Note
    pay: str
    paid_in_full: str
    in_your_favour: str
    credit_note: Note
    receipt: Note
    before_due: Note
    overdue: Note
    final: Note
    ignore: str
    unless_held: str
    unless_suspended: str
    credit_limit: Note
    low_wallet: Note
    empty_wallet: Note
    expiring: Note
    held: Note
    suspended: Note
    resumed: Note
    start_machines: str
    pay_online: str
    see: str
    top_up: str
