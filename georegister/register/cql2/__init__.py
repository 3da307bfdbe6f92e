"""Filters in CQL2 (OGC 21-065r2): text or JSON to one condition of a collection's statement.

`guard` bounds what the parser is given, `read` parses, `check` knows the collection's properties and types and makes
the `tree`, `compile` makes SQL of that, and `filter` is what the rest of the register is handed.
"""
