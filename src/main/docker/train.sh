#!/bin/sh
# Makes /app/app.aot of a folder with the operator: the classes of its start, loaded and linked ahead of time
# (JEP 483, 514). The operator starts as far as it comes without an API server. Usage: train.sh JAVA FOLDER
set -eu
java=$1 app=$2
rm -f "$app/app.aot"
# it ends with an error, as it should
KUBECONFIG=/nonexistent KUBERNETES_MASTER=https://127.0.0.1:1 GODEV_LEADER_ELECTION=false QUARKUS_HTTP_PORT=0 \
  "$java" "@$app/jvm.options" "-XX:AOTCacheOutput=$app/app.aot" -jar "$app/quarkus-run.jar" >"$app/train.log" 2>&1 || true
if [ ! -s "$app/app.aot" ]; then
  cat "$app/train.log" >&2
  exit 1
fi
rm "$app/train.log"
