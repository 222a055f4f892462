"""What we ask for: issuers, drafting, numbers, tax, documents."""
