#!/usr/bin/env bash
# Builds install.yaml, the installation in one file, the Roles of deploy/namespaced and the Helm chart from the
# kustomizations; with --check only compares.
set -euo pipefail
cd "$(dirname "$0")/manifests"
PATH="$(cd ../.. && "$TESTCLUSTER" path bin):$PATH"

kustomize() {
  echo "# Made by \"make generate\" from the kustomization beside it."
  kubectl kustomize .
}

if [[ "${1:-}" == --check ]]; then
  out=$(mktemp -d)
  trap 'rm -r "$out"' EXIT
  (cd ../gitops && go run ./cmd/installs .. "$out")
  if ! { diff -u install.yaml <(kustomize) && diff -u ../namespaced/roles.yaml "$out/namespaced/roles.yaml" &&
    diff -ru ../helm "$out/helm"; }; then
    echo "what is made from the kustomizations is out of date: run \"make generate\" and commit the result" >&2
    exit 1
  fi
else
  kustomize >install.yaml.new
  mv install.yaml.new install.yaml
  (cd ../gitops && go run ./cmd/installs ..)
fi
