"""Money: instalments, the ledger of its movements, what they add up to, and how it is verified."""
