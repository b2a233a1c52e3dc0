# Short forms of `python3 -m docctl …`, which also works where make is not installed.
PYTHON ?= python3

.PHONY: setup run test check bench bench-large coverage mutants lock package sbom audit

setup run test check bench:
	@$(PYTHON) -m docctl $@ $(ARGS)

# 10,000 documents, 100,000 records, both databases; ARGS="--database sqlite --seconds 20" for less.
bench-large:
	@$(PYTHON) -m docctl bench --large $(ARGS)

# All tests, branch by branch, and then what decides and what keeps: there nothing may go untested.
WHOLE = docctl/rules/*,docctl/ledger/*,docctl/store/*,docctl/door/transaction.py,docctl/door/act.py
WHOLE := $(WHOLE),docctl/door/writing.py,docctl/door/refusals.py,docctl/door/outbox.py,docctl/door/checkpoints.py,docctl/door/retries.py
coverage:
	@$(PYTHON) -m docctl test --cov=docctl --cov-branch --cov-report= $(ARGS)
	@.venv/bin/python -m coverage report --precision=2 --include='$(WHOLE)' --fail-under=100

# Each rule that holds is broken once; its proof must notice. ARGS="--only DC-53"
mutants:
	@.venv/bin/python -m tests.mutants.run $(ARGS)

# Into dist/: the wheel, which needs no checkout, and the source it is made from.
package:
	@.venv/bin/python -m hatchling build --directory dist

# What docctl is made of, as CycloneDX JSON on standard output; known holes in it, asked of osv.dev.
sbom:
	@.venv/bin/python -m tests.supply.sbom
audit:
	@.venv/bin/python -m tests.supply.audit

# After a change in pyproject.toml. Hashes, but no address of an index: each user's pip has its own.
UV ?= uv
COMPILE = $(UV) pip compile pyproject.toml --group build --universal --generate-hashes \
	--python-version 3.11.2 --no-header --no-emit-index-url --no-emit-find-links --quiet
lock:
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --group dev --constraint requirements.lock --output-file requirements-dev.lock
