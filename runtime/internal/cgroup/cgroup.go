// Package cgroup reads the memory limit of the container and counts its kills for want of memory.
//
// Files: https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files and, for version 1,
// https://docs.kernel.org/admin-guide/cgroup-v1/memory.html.
package cgroup

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// DefaultRoot is where a container sees its own control group.
const DefaultRoot = "/sys/fs/cgroup"

const (
	mebibyte = 1 << 20
	gibibyte = 1 << 30
	// version 1 has no word for "no limit": it shows the largest multiple of the page size an int64 holds
	noLimit = 1 << 62
)

// Memory reads the control group mounted at its path.
type Memory string

// Limit returns the memory limit in bytes as it is now, and false if there is none or it cannot be read.
// A resize of the pod in place changes it while the container runs.
func (m Memory) Limit() (int64, bool) {
	for _, name := range []string{"memory.max", "memory/memory.limit_in_bytes"} {
		content, err := os.ReadFile(filepath.Join(string(m), name))
		if err != nil {
			continue
		}
		limit, err := strconv.ParseInt(strings.TrimSpace(string(content)), 10, 64)
		return limit, err == nil && limit > 0 && limit < noLimit // "max" does not parse
	}
	return 0, false
}

// Kills returns how many processes of the group the kernel has killed for want of memory.
func (m Memory) Kills() int64 {
	for _, name := range []string{"memory.events", "memory/memory.oom_control"} {
		content, err := os.ReadFile(filepath.Join(string(m), name))
		if err != nil {
			continue
		}
		lines := bufio.NewScanner(bytes.NewReader(content))
		for lines.Scan() {
			if value, found := strings.CutPrefix(lines.Text(), "oom_kill "); found {
				count, _ := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
				return count
			}
		}
		return 0
	}
	return 0
}

// Advice says what the limit is and what to set instead: twice as much, but no less than atLeast bytes.
func (m Memory) Advice(atLeast int64) string {
	limit, found := m.Limit()
	if !found {
		return "The container has no memory limit of its own, so the node ran out of memory. " +
			"Set spec.resources.requests.memory to what it needs, or give the node more memory."
	}
	return fmt.Sprintf("The limit is %s. Raise spec.resources.limits.memory to %s.",
		Quantity(limit), Quantity(max(roundUp(2*limit), atLeast)))
}

// Quantity writes bytes the way Kubernetes does, exactly.
func Quantity(bytes int64) string {
	switch {
	case bytes > 0 && bytes%gibibyte == 0:
		return fmt.Sprintf("%dGi", bytes/gibibyte)
	case bytes > 0 && bytes%mebibyte == 0:
		return fmt.Sprintf("%dMi", bytes/mebibyte)
	case bytes > 0 && bytes%1024 == 0:
		return fmt.Sprintf("%dKi", bytes/1024)
	}
	return strconv.FormatInt(bytes, 10)
}

func roundUp(bytes int64) int64 {
	const step = 64 * mebibyte
	return (bytes + step - 1) / step * step
}
