"""Defects planted on purpose. Each takes one guard away for as long as it lasts; the tests beside them show that the
same checks that pass without it fail with it."""
