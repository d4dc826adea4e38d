// Package checkout finds the parts of the product that the benches run.
package checkout

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Root returns the folder of the checkout, found from the working directory upwards.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "deploy", "manifests", "rbac.yaml")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("run this inside a checkout of godev-operator")
		}
	}
}

// Programs are the folders that hold what a control plane is made of.
type Programs struct{ Kubernetes, Etcd, Kwok string }

// FindPrograms builds what is missing of the programs, once per pinned version, and returns where they are.
func FindPrograms(ctx context.Context, root string) (Programs, error) {
	cmd := exec.CommandContext(ctx, "go", "run", "-trimpath", "./cmd/testcluster", "programs", "kubernetes", "etcd", "kwok")
	cmd.Dir = filepath.Join(root, "testcluster")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return Programs{}, fmt.Errorf("testcluster programs: %w\n%s", err, stderr.String())
	}
	dirs := strings.Fields(string(out))
	if len(dirs) != 3 {
		return Programs{}, fmt.Errorf("testcluster programs: odd answer %q", out)
	}
	return Programs{Kubernetes: dirs[0], Etcd: dirs[1], Kwok: dirs[2]}, nil
}
