"""Counterpart assistance (对口支援): what it is, and the rules it obeys."""

__version__ = "0.1.0"
