"""How plans are asked for: HTTP in, one call, HTTP out."""
