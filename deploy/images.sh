#!/usr/bin/env bash
# Makes the images of the operator and of the runtime; with Docker where an engine answers, else without.
# Loads them into the repository's own cluster if that runs.
set -euo pipefail
cd "$(dirname "$0")/.."

registry=ghcr.io/godev-operator

echo "images: building the operator"
mvn -B -q -DskipTests package

docker=false own=false
docker info >/dev/null 2>&1 && docker=true
"$TESTCLUSTER" status >/dev/null 2>&1 && own=true

if $docker; then
  docker build -q -t "$registry/godev-operator:$VERSION" -f src/main/docker/Dockerfile .
  docker build -q -t "$registry/godev-runtime:$VERSION" runtime
fi
if $own || ! $docker; then
  "$TESTCLUSTER" images --runtime runtime --operator target/quarkus-app --tag "$VERSION" --out "$CACHE/images"
fi
if $own; then
  "$TESTCLUSTER" load "$CACHE/images/godev-runtime-$VERSION.tar" "$CACHE/images/godev-operator-$VERSION.tar"
elif ! $docker; then
  echo "images: no Docker and no cluster of ours: import $CACHE/images/*.tar into your cluster's nodes yourself"
fi
