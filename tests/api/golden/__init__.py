"""What was agreed on: files that a test compares with what is served."""
