"""Say what is asked: items, their types, blueprints, draws, scoring and the built-in bank."""
