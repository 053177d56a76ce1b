"""Accounts: who may come in, how they prove it, and for how long."""
