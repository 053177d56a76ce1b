"""Money: tranches, movements, and the figures of them."""
