"""The registry of figures: one definition each, used everywhere."""
