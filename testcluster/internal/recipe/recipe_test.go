package recipe

import (
	"slices"
	"testing"
)

func TestGolangNames(t *testing.T) {
	const usual = "docker.io/library/golang:1.26-bookworm"
	for _, c := range []struct {
		version string
		want    []string
	}{
		{"go1.26.8", []string{usual}},
		{"go1.26", []string{usual}},
		{"go1.25.3", []string{usual, "docker.io/library/golang:1.25-bookworm"}},
		{"go1.27rc1", []string{usual, "docker.io/library/golang:1.27-bookworm"}},
		{"devel", nil},
	} {
		if got, err := golangNames(c.version); !slices.Equal(got, c.want) || (err != nil) != (c.want == nil) {
			t.Errorf("%s: %v %v", c.version, got, err)
		}
	}
}

func TestIsClusterImage(t *testing.T) {
	for name, want := range map[string]bool{
		PauseImage:                               true,
		CoreDNSImage:                             true,
		"docker.io/library/golang:1.26-bookworm": true,
		registry + "godev-operator:dev":          false,
	} {
		if got := IsClusterImage(name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
