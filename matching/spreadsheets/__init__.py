"""The matcher on spreadsheets: nothing is stored, no database is asked."""
