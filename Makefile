# godev-operator. "make help" lists what there is to do.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VERSION := 0.1.0
CACHE := $(or $(GODEV_CACHE),$(if $(XDG_CACHE_HOME),$(XDG_CACHE_HOME)/godev-operator),$(HOME)/.cache/godev-operator)
TESTCLUSTER := $(CACHE)/bin/testcluster
export VERSION CACHE TESTCLUSTER
# for "make demo": empty for the repository's own cluster, "current" for that of the current kube context
CLUSTER ?=
export CLUSTER

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{ printf "  %-14s %s\n", $$1, $$2 }'

.PHONY: demo
demo: ## See it work: cluster, operator, and a public Go web server (CLUSTER=current: in your own cluster)
	@deploy/demo.sh

.PHONY: test
test: ## Run every test, those on a real cluster too
	@deploy/test.sh

.PHONY: campaign
campaign: linux ## Run the long forms of the benches: every write with every fault, names that come and go, every field made otherwise (hours)
	@mvn -B -q -DskipITs -Dtest=MatrixFileTest package
	@cd bench && go test -count=1 -timeout 4h -v ./campaign -campaign
	@cd bench && go test -count=1 -timeout 6h -v -tags campaign -parallel 8 ./fault
	@cd bench && go test -count=1 -v ./leader

.PHONY: cluster
cluster: linux testcluster ## Start the repository's own one-node Kubernetes (Linux, root; for demonstration and tests)
	@$(TESTCLUSTER) up

.PHONY: cluster-down
cluster-down: linux testcluster ## Stop it and remove all it made but its cache
	@$(TESTCLUSTER) down

.PHONY: env
env: linux testcluster ## Print KUBECONFIG and PATH for it: eval "$$(make -s env)"
	@$(TESTCLUSTER) env

.PHONY: images
images: testcluster ## Make the operator's and the runtime's image, with Docker where there is one
	@deploy/images.sh

.PHONY: cli
cli: ## Make the command godev: target/godev/bin/godev, and target/godev.zip
	@mvn -B -q process-classes jar:jar@cli assembly:single@cli

.PHONY: deploy
deploy: images ## Install the operator into the cluster of KUBECONFIG, else into the repository's own
	@deploy/install.sh

# for "make scale": numbers of environments, and a file for the results
N := 100,500,1000
JSON ?=
.PHONY: scale
scale: linux ## Measure the operator with many environments on simulated nodes, beside a bare client (N=100,500,1000)
	@mvn -B -q -DskipTests package
	@cd bench && go run ./scale -n $(N) -json "$(JSON)"

# for "make reload": how many saves of each kind
SAVES ?= 20
.PHONY: reload
reload: ## Measure a save's way to the new answer, beside air, in a pod of the cluster of KUBECONFIG (SAVES=20)
	@bench/reload/pod.sh -n $(SAVES)

.PHONY: generate
generate: testcluster ## Make deploy/crds, the manifests advice.yaml and install.yaml, the Helm chart, and docs/reference from the code
	@mvn -B -q test -Dtest='Generated*Test' -Dgenerate=true -Dsurefire.runOrder=alphabetical
	@deploy/generate.sh

.PHONY: format
format: ## Format the code as the build checks it
	@mvn -B -q spotless:apply
	@gofmt -w runtime testcluster bench deploy src/test/podsecurity

.PHONY: clean
clean: ## Remove what builds left in the checkout
	@rm -rf target

.PHONY: testcluster
testcluster:
	@if [[ "$$(uname -s)" == Linux ]]; then mkdir -p $(dir $(TESTCLUSTER)); cd testcluster && go build -o $(TESTCLUSTER) ./cmd/testcluster; fi

.PHONY: linux
linux:
	@[[ "$$(uname -s)" == Linux ]] || { echo "the repository's own cluster needs Linux: use Docker Desktop's Kubernetes, and CLUSTER=current with make demo" >&2; exit 1; }
