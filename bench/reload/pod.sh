#!/usr/bin/env bash
# Runs the reload bench inside the pod of an environment, in a namespace that enforces restricted: the runtime and delve
# of the pod beside air. Arguments go to the bench. The cluster is that of KUBECONFIG.
set -euo pipefail
cd "$(dirname "$0")/.."

namespace=godev-bench-reload
made=$(mktemp -d)
# whatever happens, nothing is left
trap 'rm -r "$made"; kubectl delete namespace "$namespace" --ignore-not-found >/dev/null' EXIT

build() { (cd "$1" && CGO_ENABLED=0 GOFLAGS= GOWORK=off go build -trimpath -buildvcs=false -ldflags="-s -w" -o "$made/$2" "$3"); }
build . reload ./reload
build reload/air air github.com/air-verse/air

kubectl create namespace "$namespace"
kubectl label namespace "$namespace" pod-security.kubernetes.io/enforce=restricted
kubectl -n "$namespace" apply -f ../samples/hello-files.yaml
kubectl -n "$namespace" wait gde/hello --for=condition=Ready --timeout=10m
inside() { kubectl -n "$namespace" exec -i hello -- "$@"; }
for binary in reload air; do
  # shellcheck disable=SC2016 # the pod's shell reads $0
  inside sh -c 'cat >"/cache/$0" && chmod +x "/cache/$0"' "$binary" <"$made/$binary"
done
inside mkdir /cache/bench
inside /cache/reload -dir /cache/bench -godevd /godev/godevd -dlv /godev/dlv -air /cache/air -program small "$@"
