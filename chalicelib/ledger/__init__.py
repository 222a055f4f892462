"""Who owes what: entries between ledger accounts, and what they add up to."""
