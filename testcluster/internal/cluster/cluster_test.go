package cluster

import (
	"context"
	"errors"
	"testing"
)

func TestIsShim(t *testing.T) {
	const socket = "/var/lib/x/containerd.sock"
	for _, c := range []struct {
		name string
		args []string
		want bool
	}{
		{"ours", []string{"/usr/bin/containerd-shim-runc-v2", "-namespace", "k8s.io", "-id", "1", "-address", socket, ""}, true},
		{"the machine's own", []string{"/usr/bin/containerd-shim-runc-v2", "-namespace", "moby", "-address", "/run/containerd/containerd.sock", ""}, false},
		{"a program that only names the socket", []string{"/usr/bin/ctr", "-address", socket, ""}, false},
		{"a kernel thread", []string{""}, false},
		{"cut off", []string{"containerd-shim-runc-v2", "-address"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := isShim(c.args, socket); got != c.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestTogetherReturnsTheFirstFailureAndCancelsTheRest(t *testing.T) {
	broken := errors.New("broken")
	err := together(context.Background(),
		func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
		func(context.Context) error { return broken })
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}
