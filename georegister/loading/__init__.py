"""How deliveries come in: pure steps between one reader and one writer."""
