"""Accounts in the API: for the three administrators."""
