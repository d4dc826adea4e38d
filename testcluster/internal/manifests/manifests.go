// Package manifests holds what is applied to the fresh cluster.
package manifests

import (
	_ "embed"
	"strings"

	"godev.io/testcluster/internal/layout"
	"godev.io/testcluster/internal/recipe"
)

//go:embed coredns.yaml
var coredns string

//go:embed storage.yaml
var storage string

// All returns one YAML stream.
func All() string {
	return strings.NewReplacer(
		"$IMAGE", recipe.CoreDNSImage, "$DNS_IP", layout.DNSServiceIP, "$DOMAIN", layout.Domain,
	).Replace(coredns + "---\n" + storage)
}
