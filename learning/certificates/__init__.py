"""Certificates and statements of hours: issued once, signed, printed, revoked, verified by anybody."""
