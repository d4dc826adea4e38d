#!/usr/bin/env bash
# From nothing to a public Go web server that answers, with a line per phase.
set -euo pipefail
cd "$(dirname "$0")/.."

namespace=godev-demo
name=httpbin

if [[ "$CLUSTER" == current ]]; then
  echo "demo: in the cluster of the current context, $(kubectl config current-context)"
else
  make -s cluster
  eval "$("$TESTCLUSTER" env)"
fi
make -s deploy

kubectl create namespace "$namespace" --dry-run=client -o yaml |
  kubectl label --local -f - pod-security.kubernetes.io/enforce=restricted -o yaml |
  kubectl apply -f - >/dev/null
echo
echo "demo: kubectl -n $namespace apply -f samples/public-module.yaml"
kubectl -n "$namespace" apply -f samples/public-module.yaml

# prints a line for each init container that has ended since the last look
told=""
phases() {
  local phase
  for phase in $(kubectl -n "$namespace" get pod "$name" --ignore-not-found -o \
    jsonpath='{range .status.initContainerStatuses[?(@.state.terminated.exitCode==0)]}{.name}{"\n"}{end}'); do
    if [[ " $told " != *" $phase "* ]]; then
      told+=" $phase"
      printf '  %4d s  %s\n' $((SECONDS - start)) "$phase done"
    fi
  done
}

start=$SECONDS
printf '  %4d s  %s\n' 0 "waiting for the phases runtime, source, modules, build (the first build compiles the standard library)"
until kubectl -n "$namespace" wait "gde/$name" --for=condition=Ready --timeout=1s >/dev/null 2>&1; do
  phases
  stalled=$(kubectl -n "$namespace" get gde "$name" -o jsonpath='{.status.conditions[?(@.type=="Stalled")]}')
  if [[ "$stalled" == *'"status":"True"'* || $((SECONDS - start)) -gt 600 ]]; then
    echo "demo: the environment does not become ready:" >&2
    kubectl -n "$namespace" describe gde "$name" >&2
    exit 1
  fi
done
phases
printf '  %4d s  %s\n' $((SECONDS - start)) "ready"

echo
kubectl -n "$namespace" get gde
echo
kubectl -n "$namespace" get gde "$name" -o \
  jsonpath='{range .status.conditions[*]}{.type}{"\t"}{.status}{"\t"}{.reason}{"\t"}{.message}{"\n"}{end}' |
  awk -F'\t' '{ printf "%-15s %-6s %-10s %s\n", $1, $2, $3, $4 }'
echo
echo "GET /get answers:"
kubectl get --raw "/api/v1/namespaces/$namespace/services/$name:http/proxy/get" | head -c 300
echo
echo
echo "Go on with"
# shellcheck disable=SC2016 # it is for the reader's shell
[[ "$CLUSTER" == current ]] || echo '  eval "$(make -s env)"      # kubectl of this cluster'
echo "  kubectl -n $namespace port-forward pod/$name 8080:8080"
echo "  kubectl -n $namespace exec -it $name -- bash"
echo "  kubectl -n $namespace edit gde $name"
echo "  kubectl explain gde.spec"
[[ "$CLUSTER" == current ]] || echo "  make cluster-down"
