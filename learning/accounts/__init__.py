"""Accounts, roles with a scope, sign-in, audit."""
