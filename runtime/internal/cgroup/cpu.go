package cgroup

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// CPU reads the control group mounted at its path.
type CPU string

// Used returns what all processes of the container have taken of a core so far, those that ended too, and false if it
// cannot be read.
func (c CPU) Used() (time.Duration, bool) {
	if content, err := os.ReadFile(filepath.Join(string(c), "cpu.stat")); err == nil {
		for line := range strings.Lines(string(content)) {
			if value, found := strings.CutPrefix(line, "usage_usec "); found {
				n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
				return time.Duration(n) * time.Microsecond, err == nil
			}
		}
	}
	content, err := os.ReadFile(filepath.Join(string(c), "cpuacct", "cpuacct.usage"))
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(content)), 10, 64)
	return time.Duration(n), err == nil
}
