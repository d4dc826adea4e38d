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
	dirs, err := Testcluster(ctx, root, "programs", "kubernetes", "etcd", "kwok")
	if err != nil {
		return Programs{}, err
	}
	if len(dirs) != 3 {
		return Programs{}, fmt.Errorf("testcluster programs: odd answer %q", dirs)
	}
	return Programs{Kubernetes: dirs[0], Etcd: dirs[1], Kwok: dirs[2]}, nil
}

// Testcluster runs the program of that name and returns the lines it prints.
func Testcluster(ctx context.Context, root string, args ...string) ([]string, error) {
	cmd := exec.CommandContext(ctx, "go", append([]string{"run", "-trimpath", "./cmd/testcluster"}, args...)...)
	cmd.Dir = filepath.Join(root, "testcluster")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("testcluster %s: %w\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n"), nil
}
