"""Money in the API: instalments, movements, balances, and what offices and recipients record."""
