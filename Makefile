# make demo: set everything up and solve a month before your eyes. make test: the tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready

.PHONY: demo test proofs bench wheel-test clean

$(READY): setup.cfg pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12 ..." if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	touch $(READY)

demo: $(READY)
	mkdir -p out
	$(BIN)/roster template out/telecom-2026-12.xlsx --example telecom --lang zh --force
	$(BIN)/roster solve out/telecom-2026-12.xlsx -o out/roster-2026-12.xlsx --time 60
	@echo
	@echo "The roster (Excel): $(CURDIR)/out/roster-2026-12.xlsx"

test: $(READY)
	$(BIN)/python -m pytest -m "not slow" -n 2 --dist loadfile

proofs: $(READY)
	$(BIN)/python -m pytest -m slow

bench: $(READY)
	$(BIN)/python benchmarks/month.py
	$(BIN)/python benchmarks/swaps.py
	$(BIN)/python benchmarks/explain.py
	$(BIN)/python benchmarks/repair.py

# The wheel in an empty environment, without the repository on the path.
wheel-test:
	rm -rf out/wheel && mkdir -p out/wheel
	$(PYTHON) -m venv out/wheel/venv
	$(PYTHON) -m pip wheel --quiet --no-deps --wheel-dir out/wheel .
	out/wheel/venv/bin/python -m pip install --quiet out/wheel/*.whl
	cd out/wheel && venv/bin/roster template t.xlsx --example web-centre --lang en \
	  && venv/bin/roster check t.xlsx && venv/bin/roster solve t.xlsx -o r.xlsx --time 20 \
	  && venv/bin/roster audit r.xlsx

clean:
	rm -rf $(VENV) build out *.egg-info
