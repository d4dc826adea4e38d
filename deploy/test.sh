#!/usr/bin/env bash
# Every test: the runtime's, the test cluster's, the operator's, the benches', and all of them together on a real
# cluster, which is started for it and stopped after it unless it ran before. Ends with a count.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== %s (after %d s)\n' "$1" "$SECONDS"; }

go_tests() { # folder, further arguments
  local folder=$1 log
  shift
  log=$(mktemp)
  (cd "$folder" && go vet ./... && go test -v "$@" ./... 2>&1) >"$log" || {
    grep -vE '^(=== |--- PASS|    --- PASS|PASS$)' "$log"
    exit 1
  }
  grep -E '^(ok|FAIL)' "$log"
  passed=$((passed + $(grep -cE '^ *--- PASS' "$log")))
  skipped=$((skipped + $(grep -cE '^ *--- SKIP' "$log" || true)))
  rm "$log"
}

count() { # attribute of Maven's reports
  cat target/surefire-reports/TEST-*.xml target/failsafe-reports/TEST-*.xml |
    sed -nE "s/.*<testsuite [^>]* $1=\"([0-9]+)\".*/\1/p" | awk '{ n += $1 } END { print n + 0 }'
}

passed=0 skipped=0

step "runtime: vet, tests with the race detector"
go_tests runtime -race
step "testcluster: vet, tests"
make -s testcluster
go_tests testcluster

step "monitoring: alerts and dashboard by Prometheus' own engine"
go_tests deploy/monitoring

# what these two read is outside of their folders, where go test sees no change
step "Pod Security: the planned pods by Kubernetes' own checks"
go_tests src/test/podsecurity -count=1

step "GitOps: kstatus, Argo CD's health check, the Helm chart, compatibility of the definitions"
go_tests deploy/gitops -count=1

step "cluster"
stop=true
"$TESTCLUSTER" status >/dev/null 2>&1 && stop=false
# whatever happens, what was started here is stopped here
trap '$stop && "$TESTCLUSTER" down' EXIT
"$TESTCLUSTER" up
eval "$("$TESTCLUSTER" env)"
# helm, for the tests that install the chart
PATH="$("$TESTCLUSTER" programs helm):$PATH"
GODEV_AUDIT_LOG=$("$TESTCLUSTER" path audit-log)
GODEV_HOST_IP=$("$TESTCLUSTER" path host-ip)
export GODEV_AUDIT_LOG GODEV_HOST_IP

step "install.yaml, the Roles and the Helm chart are what the kustomizations give"
deploy/generate.sh --check

step "operator: build, images, installation"
rm -rf target/surefire-reports target/failsafe-reports
make -s deploy
make -s cli
# for the test of an upgrade
"$TESTCLUSTER" images --runtime runtime --operator target/quarkus-app --tag "$VERSION-next" --out "$CACHE/images"
"$TESTCLUSTER" load "$CACHE/images/godev-runtime-$VERSION-next.tar" "$CACHE/images/godev-operator-$VERSION-next.tar"

step "the overlays are accepted"
for overlay in deploy/ha deploy/host-folders deploy/namespaced/reports; do
  kubectl apply --server-side --force-conflicts --dry-run=server --kustomize "$overlay" >/dev/null
done
kubectl kustomize deploy/monitoring >/dev/null
kubectl kustomize deploy/namespaced >/dev/null

step "operator: tests, on the cluster too"
mvn -B verify

step "bench: vet, tests"
# after the operator's, which leave it their matrix; of those that take a minute each because a lease has to end, the
# one that the others build on
go_tests bench -short -skip 'Frozen|TestTheOtherTakesOver'

tests=$(count tests) bad=$(($(count failures) + $(count errors)))
skipped=$((skipped + $(count skipped)))
passed=$((passed + tests - bad))
step "done"
if [[ ! -s target/failsafe-reports/failsafe-summary.xml || $(count skipped) -ne 0 ]]; then
  echo "tests on the cluster were skipped" >&2
  exit 1
fi
echo "$passed passed, $bad failed, $skipped skipped"
[[ $bad -eq 0 ]]
