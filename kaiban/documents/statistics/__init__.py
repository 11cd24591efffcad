"""The figures of a period to take along: as tables (CSV, XLSX) and as a report on paper (通报)."""
