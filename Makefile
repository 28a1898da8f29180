# The commands of this project. The work is done by scripts/, which can also be called directly.
.POSIX:
.SUFFIXES:
.PHONY: help setup serve watch site test verify release-check lint size golden bench clean

PORT ?= 8080
STAGES ?=
PARTS ?=

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1@\2/p' Makefile | awk -F@ '{ printf "%-20s %s\n", $$1, $$2 }'

setup: ## Bring what building and testing need
	@scripts/setup.sh test

serve: ## Build the wizard and serve it at http://127.0.0.1:PORT/ (PORT=8080)
	@scripts/setup.sh site
	@scripts/serve.sh $(PORT)

watch: ## Serve a quick build of the wizard and renew it at every change (PORT=8080)
	@scripts/setup.sh site
	@scripts/serve.sh --watch $(PORT)

site: ## Build the static site into dist/
	@scripts/setup.sh site
	@scripts/site.sh

test: ## Run every test, or some: STAGES="cargo lint"
	@scripts/test.sh $(STAGES)

verify: ## Prove every reachable set, which takes an hour or two, or a part: PARTS="texts boot survive docs"
	@scripts/verify.sh $(PARTS)

release-check: ## Check what only a release needs: a whole record of make verify
	DUNNAGE_RELEASE=1 cargo test --test it

lint: ## Check the generated files with the linters
	@scripts/test.sh lint

size: site ## Show the size of the first load, file by file
	@node scripts/size.mjs

golden: ## Write the golden files of the tests anew
	DUNNAGE_UPDATE=1 cargo test

bench: ## Measure the page, the engine and the command line; writes docs/performance.md
	@scripts/setup.sh site browser
	@scripts/bench.sh

clean: ## Delete what was built (the tools in DUNNAGE_TOOLS stay)
	rm -rf dist target
