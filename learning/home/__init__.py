"""Start page, help, health."""
