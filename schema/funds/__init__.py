"""Money in the API: instalments, movements, balances, what is recorded, and the figures of it."""
