"""Key villages in the API: works, progress as of any day, acceptance."""
