"""What only a machine with a GPU can show. Elsewhere these tests are skipped, and say so."""
