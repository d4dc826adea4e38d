package operator

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// cgroup holds the operator to its container's memory. Nil where this process may not make one.
type cgroup struct{ dir string }

const cgroupRoot = "/sys/fs/cgroup"

// newCgroup makes a cgroup with a memory limit: below the caller's own on cgroup v1, beside it on v2, where one that
// has processes cannot have limited children.
func newCgroup(name string, memory int64) *cgroup {
	own, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return nil
	}
	parent, limit := "", ""
	for line := range strings.Lines(string(own)) {
		field := strings.SplitN(strings.TrimSpace(line), ":", 3)
		switch {
		case len(field) != 3:
		case field[1] == "memory":
			parent, limit = filepath.Join(cgroupRoot, "memory", field[2]), "memory.limit_in_bytes"
		case field[0] == "0" && parent == "":
			parent, limit = filepath.Join(cgroupRoot, filepath.Dir(field[2])), "memory.max"
		}
	}
	if parent == "" {
		return nil
	}
	c := &cgroup{filepath.Join(parent, name)}
	if err := os.Mkdir(c.dir, 0o755); err != nil {
		return nil
	}
	if err := os.WriteFile(filepath.Join(c.dir, limit), []byte(strconv.FormatInt(memory, 10)), 0o644); err != nil {
		os.Remove(c.dir)
		return nil
	}
	return c
}

// procs is the file that takes the number of a process, empty where there is no cgroup.
func (c *cgroup) procs() string {
	if c == nil {
		return ""
	}
	return filepath.Join(c.dir, "cgroup.procs")
}

// remove removes the cgroup of a process that has ended, which the kernel may take a moment to notice.
func (c *cgroup) remove() error {
	if c == nil {
		return nil
	}
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		err := os.Remove(c.dir)
		if err == nil || errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if !errors.Is(err, syscall.EBUSY) || time.Now().After(deadline) {
			return err
		}
	}
}
