"""Plans, targets and published figures in the API."""
