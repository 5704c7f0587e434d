"""The page of all corpora: what it carries, and what it does in a real browser."""
