"""The yearly report (年度专项报告): gathered in one snapshot, laid out purely, then written."""
