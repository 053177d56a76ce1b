"""Seconded people, posts and terms in the API."""
