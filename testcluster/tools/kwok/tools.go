//go:build tools

// Package tools pins the kwok controller, which plays nodes and pods, that the benches build from source.
package tools

import _ "sigs.k8s.io/kwok/cmd/kwok"
