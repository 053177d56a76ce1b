"""The audit log: who came, what was refused, which rights changed, what was carried out."""
