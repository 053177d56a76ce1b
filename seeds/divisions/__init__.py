"""How the table of divisions was derived. Development time only: the table itself is data."""
