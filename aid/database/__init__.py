"""The database: one PostgreSQL, its transactions, and how it comes into being."""
