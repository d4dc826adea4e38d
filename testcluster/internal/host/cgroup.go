package host

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"godev.io/testcluster/internal/proc"
)

// cgroupRoots returns the top folder of every cgroup hierarchy: several on cgroup v1, one on v2.
func cgroupRoots() (roots []string, v2 bool, err error) {
	all, err := mounts()
	if err != nil {
		return nil, false, err
	}
	for _, m := range all {
		switch m.fsType {
		case "cgroup":
			roots = append(roots, m.point)
		case "cgroup2":
			roots = append(roots, m.point)
			v2 = v2 || m.point == "/sys/fs/cgroup"
		}
	}
	return roots, v2, nil
}

// MakeCgroup makes the folder below which kubelet puts all pods.
func MakeCgroup(name string) error {
	roots, v2, err := cgroupRoots()
	if err != nil {
		return err
	}
	for _, root := range roots {
		if v2 {
			if err := delegate(root); err != nil {
				return err
			}
		}
		if err := os.MkdirAll(filepath.Join(root, name), 0o755); err != nil {
			return err
		}
	}
	return nil
}

// delegate hands all controllers down to the children: kubelet refuses a cgroup root without them (cgroup v2).
func delegate(dir string) error {
	controllers, err := os.ReadFile(filepath.Join(dir, "cgroup.controllers"))
	if err != nil {
		return err
	}
	for _, c := range strings.Fields(string(controllers)) {
		// One by one: a controller that cannot be delegated must not hold back the others.
		if err := os.WriteFile(filepath.Join(dir, "cgroup.subtree_control"), []byte("+"+c), 0); err != nil && c == "memory" {
			return err
		}
	}
	return nil
}

// RemoveCgroup kills what is left in the cgroup and removes it from every hierarchy.
func RemoveCgroup(name string) error {
	roots, _, err := cgroupRoots()
	if err != nil {
		return err
	}
	for _, root := range roots {
		dir := filepath.Join(root, name)
		// The kernel lets a cgroup go only some moments after its last process has ended.
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		err := proc.Until(ctx, func() bool { return removeTree(dir) == nil })
		cancel()
		if err != nil {
			return errors.Join(err, removeTree(dir))
		}
	}
	return nil
}

// removeTree removes a cgroup and all below it, from the deepest up, killing what runs in them.
func removeTree(dir string) error {
	var dirs []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			dirs = append(dirs, path)
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
	if err != nil {
		return err
	}
	for i := len(dirs) - 1; i >= 0; i-- {
		procs, _ := os.ReadFile(filepath.Join(dirs[i], "cgroup.procs"))
		for _, f := range strings.Fields(string(procs)) {
			if pid, err := strconv.Atoi(f); err == nil && pid > 1 {
				syscall.Kill(pid, syscall.SIGKILL) //nolint:errcheck // it may have ended meanwhile
			}
		}
		if err := syscall.Rmdir(dirs[i]); err != nil && !errors.Is(err, syscall.ENOENT) {
			return err
		}
	}
	return nil
}
