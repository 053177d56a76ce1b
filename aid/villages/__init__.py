"""Key villages (重点村): their works, progress by component as of any day, acceptance."""
