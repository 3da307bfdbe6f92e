"""How plans are drawn and told: configuration in, page and script out. Knows no register."""
