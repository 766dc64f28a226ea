"""What every feature stands on: clock, database, pages, forms, paging, spreadsheets, jobs."""
