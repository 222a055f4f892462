"""English."""

from chalicelib.notifications.words.wording import Labels, Note, Wording

ENGLISH = Wording(
    language="en",
    labels=Labels(
        account="Account",
        invoice="Invoice",
        credit_note="Credit note",
        receipt="Receipt",
        corrects="Corrects invoice",
        period="Period",
        total="Total",
        paid_already="Paid already",
        to_pay="Amount due",
        due_on="Due date",
        days_overdue="Days overdue",
        holder="Account holder",
        iban="IBAN",
        bic="BIC",
        quote="Please state",
        paid_by="Paid by",
        reason="Reason",
        unpaid="Unpaid and not yet invoiced",
        limit="Credit limit",
        available="Available",
        low_balance="Warning below",
        left="Left",
        usable_until="Can be used until",
    ),
    methods={
        "bank": "Bank transfer",
        "card": "Card",
        "cash": "Cash",
        "stripe": "Card (Stripe)",
        "other": "Other",
    },
    invoice=Note(
        "{seller}: invoice {number}, {total}",
        "Invoice {number} for {period} is attached, as a PDF and as XML for accounting software.",
    ),
    pay="Please pay {to_pay} by {due}.",
    paid_in_full="It is settled already: there is nothing left to pay.",
    in_your_favour="It is in your favour: the amount is added to your credit.",
    credit_note=Note(
        "{seller}: credit note {number}, {total}",
        "Credit note {number} on invoice {refers_to} is attached. It first lowers what is unpaid"
        " of that invoice; the rest is added to your credit.",
    ),
    receipt=Note(
        "{seller}: receipt {number}, {total}",
        "Thank you: {total} was received and added to your wallet. Receipt {number} is attached.",
    ),
    before_due=Note(
        "{seller}: invoice {number} is due on {due}",
        "This is a friendly reminder: {to_pay} of invoice {number} is due on {due}.",
    ),
    overdue=Note(
        "{seller}: reminder {count}: invoice {number} is overdue",
        "Invoice {number} was due on {due}, and {to_pay} of it has not been received. Please pay"
        " it now.",
    ),
    final=Note(
        "{seller}: final notice: invoice {number} is overdue",
        "Invoice {number} was due on {due}. {to_pay} of it has not been received, in spite of our"
        " reminders. Please pay it without delay.",
    ),
    ignore="If you have paid in the meantime, you need do nothing.",
    unless_held=(
        "Unless it is received before {day}, nothing new can be started in your account from that"
        " day on; what runs goes on."
    ),
    unless_suspended=(
        "Unless it is received before {day}, your account is suspended on that day and its"
        " machines are stopped."
    ),
    credit_limit=Note(
        "{name}: credit limit of {limit} reached",
        "What is unpaid and what has been used since the last invoice come to {amount}. The"
        " credit limit is {limit}.",
    ),
    low_wallet=Note(
        "{name}: the wallet is low, {available} left",
        "What is left in the wallet, less usage that has not been drawn from it yet, is"
        " {available}. Please top it up in time.",
    ),
    empty_wallet=Note(
        "{name}: the wallet is empty",
        "Nothing is left in the wallet: with usage that has not been drawn from it yet it stands"
        " at {available}. Please top it up.",
    ),
    expiring=Note(
        "{name}: {left} of granted credit expires soon",
        "{left} of the credit granted to you can be used until {day}; after that it expires.",
    ),
    held=Note(
        "{name}: the account is on hold",
        "Since payment is outstanding, nothing new can be started in your account; what runs goes"
        " on. The hold ends when payment has been received.",
    ),
    suspended=Note(
        "{name}: the account is suspended",
        "Since payment is outstanding, your account is suspended and its machines are stopped;"
        " nothing is deleted. The suspension ends when payment has been received.",
    ),
    resumed=Note(
        "{name}: the account can be used again",
        "Your account can be used again without restriction. Thank you.",
    ),
    start_machines="Machines that were stopped do not start by themselves: please start them.",
    pay_online="Pay online or see the details: {url}",
    see="See the details: {url}",
    top_up="Top up: {url}",
)
