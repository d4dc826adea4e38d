package debian

import (
	"slices"
	"testing"
)

func TestMissingNamesEachPackageOnce(t *testing.T) {
	for _, c := range []struct {
		name    string
		present func(string) bool
		want    []string
	}{
		{"all is there", func(string) bool { return true }, nil},
		{"a program and a plugin lack", func(p string) bool { return p != "ctr" && p != "containerd" && p != CNIDir+"/portmap" },
			[]string{"containerd", "containernetworking-plugins"}},
		{"nothing is there", func(string) bool { return false },
			[]string{"containerd", "runc", "containernetworking-plugins", "iptables", "conntrack", "iproute2", "mmdebstrap"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := missing(c.present); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
