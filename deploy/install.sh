#!/usr/bin/env bash
# Installs the operator into the cluster of KUBECONFIG, else into the repository's own, and waits until it is ready.
set -euo pipefail
cd "$(dirname "$0")/.."

if [[ -z "${KUBECONFIG:-}" && "$CLUSTER" != current ]]; then
  if ! "$TESTCLUSTER" status >/dev/null 2>&1; then
    echo "install: no cluster: set KUBECONFIG, or start the repository's own with \"make cluster\"" >&2
    exit 1
  fi
  eval "$("$TESTCLUSTER" env)"
fi

# a new image under the same tag reaches the pod only if its template changes
images=$({
  cat "$CACHE/images/godev-operator-$VERSION.tar" || true
  docker image inspect --format '{{.Id}}' "ghcr.io/godev-operator/godev-operator:$VERSION" || true
} 2>/dev/null | sha256sum | cut -c1-16)
kubectl apply --server-side --force-conflicts -f deploy/manifests/install.yaml >/dev/null
kubectl -n godev-system patch deployment godev-operator --type=merge -p \
  "{\"spec\":{\"template\":{\"metadata\":{\"annotations\":{\"godev.io/images\":\"$images\"}}}}}" >/dev/null
start=$SECONDS
if ! kubectl -n godev-system rollout status deployment/godev-operator --timeout=120s >/dev/null; then
  echo "install: the operator is not ready after 120 s:" >&2
  kubectl -n godev-system get pods >&2
  kubectl -n godev-system logs deployment/godev-operator --tail=30 >&2 || true
  exit 1
fi
echo "install: the operator is ready after $((SECONDS - start)) s in namespace godev-system"
