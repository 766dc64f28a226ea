"""The ledger: completions and corrections as a chain that shows every later change."""
