"""The privacy goals, each shown by looking at real rows: `make proof`, told on one page in docs/proof.md."""
