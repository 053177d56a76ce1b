"""Sheets (XLSX, CSV, JSON lines): their columns, how they are read and how they are written."""
