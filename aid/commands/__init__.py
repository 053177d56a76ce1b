"""Commands of `aid`, one file a noun."""
