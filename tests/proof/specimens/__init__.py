"""Goals made for the tests of the runner."""
