"""The words of mails about money, one table for each language."""
