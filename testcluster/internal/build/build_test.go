package build

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestKubernetesVersion(t *testing.T) {
	for _, c := range []struct {
		version string
		err     error
		want    []string
	}{
		{version: "v1.34.4", want: []string{"gitVersion=v1.34.4", "gitMajor=1", "gitMinor=34"}},
		{version: "v1"},
		{err: errors.New("no module")},
	} {
		got, err := kubernetesVersion(func(string) (string, error) { return c.version, c.err })
		if (err == nil) != (c.want != nil) {
			t.Errorf("%q: %v", c.version, err)
		}
		for _, pkg := range []string{"k8s.io/component-base/version.", "k8s.io/client-go/pkg/version."} {
			for _, want := range c.want {
				if !slices.Contains(got, pkg+want) {
					t.Errorf("%s lacks %s", strings.Join(got, " "), pkg+want)
				}
			}
		}
	}
}
