"""Administrative divisions over time, the supporting city, and who is paired with whom."""
