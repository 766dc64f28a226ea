"""What is taught: documents cut into clauses, modules, units, rendering and course packages."""
