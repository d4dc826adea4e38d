//go:build tools

// Package tools pins helm, by which the tests check and install the chart, built from source.
package tools

import _ "helm.sh/helm/v3/cmd/helm"
