#!/usr/bin/env bash
# Builds install.yaml, the installation in one file, from the kustomization; with --check only compares.
set -euo pipefail
cd "$(dirname "$0")/manifests"

kustomize() {
  PATH="$(cd ../.. && "$TESTCLUSTER" path bin):$PATH"
  echo "# Made by \"make generate\" from the kustomization beside it."
  kubectl kustomize .
}

if [[ "${1:-}" == --check ]]; then
  diff -u install.yaml <(kustomize) || {
    echo "deploy/manifests/install.yaml is out of date: run \"make generate\" and commit the result" >&2
    exit 1
  }
else
  kustomize >install.yaml.new
  mv install.yaml.new install.yaml
fi
