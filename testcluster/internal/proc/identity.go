// Package proc starts the cluster's processes so that they outlive the command, and remembers them in a way that never
// mistakes another process for one of them.
package proc

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Identity names one process for good: a pid alone is reused, a pid with its start time within one boot is not.
type Identity struct {
	PID   int
	Start uint64 // clock ticks since boot, field 22 of /proc/PID/stat (proc(5))
	Boot  string // /proc/sys/kernel/random/boot_id
}

// String returns the form in which an identity is written to a pid file.
func (i Identity) String() string { return fmt.Sprintf("%d %d %s\n", i.PID, i.Start, i.Boot) }

// Parse reads what String wrote.
func Parse(s string) (Identity, error) {
	f := strings.Fields(s)
	if len(f) != 3 {
		return Identity{}, fmt.Errorf("pid file: want 3 fields, got %d", len(f))
	}
	pid, err := strconv.Atoi(f[0])
	if err != nil || pid <= 1 {
		return Identity{}, fmt.Errorf("pid file: bad pid %q", f[0])
	}
	start, err := strconv.ParseUint(f[1], 10, 64)
	if err != nil {
		return Identity{}, fmt.Errorf("pid file: bad start time %q", f[1])
	}
	return Identity{PID: pid, Start: start, Boot: f[2]}, nil
}

// Of returns the identity of a live process.
func Of(pid int) (Identity, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return Identity{}, err
	}
	state, start, err := parseStat(string(stat))
	if err != nil {
		return Identity{}, err
	}
	if state == "Z" || state == "X" {
		return Identity{}, fmt.Errorf("process %d has ended", pid)
	}
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return Identity{}, err
	}
	return Identity{PID: pid, Start: start, Boot: strings.TrimSpace(string(boot))}, nil
}

// Alive tells whether that very process still runs.
func (i Identity) Alive() bool {
	now, err := Of(i.PID)
	return err == nil && now == i
}

// parseStat returns the state and the start time of a line of /proc/PID/stat. The command name, field 2, is in
// parentheses and may itself hold blanks and parentheses.
func parseStat(stat string) (state string, start uint64, err error) {
	end := strings.LastIndexByte(stat, ')')
	if end < 0 {
		return "", 0, fmt.Errorf("stat: no command name in %q", stat)
	}
	f := strings.Fields(stat[end+1:])
	if len(f) < 20 {
		return "", 0, fmt.Errorf("stat: %d fields after the command name, want 20", len(f))
	}
	start, err = strconv.ParseUint(f[19], 10, 64)
	return f[0], start, err
}
