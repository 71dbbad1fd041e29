# Thin aliases of dev.py, for whoever likes make. `python3 dev.py` needs none.
PYTHON ?= python3
export PORT RESET SEED QUICK

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint bench proof requirements secrets

help:
	@$(PYTHON) dev.py help

setup demo test lint bench proof requirements secrets:
	@$(PYTHON) dev.py $@ $(ARGS)
