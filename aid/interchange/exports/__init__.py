"""Taking out what one may read, as CSV, XLSX or JSON lines."""
