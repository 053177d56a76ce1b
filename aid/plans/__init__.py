"""Five-year plans: targets, their adjustments, published figures, and what does not add up."""
