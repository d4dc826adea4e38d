package activity

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// heartbeats is more than the bytes by which "godev sync" says from one look to the next that it is there.
const heartbeats = 512

// process is what is known of one.
type process struct {
	folder string
	parent int
	state  byte
	// name is that of its file, first what it was started with
	name  string
	first string
}

type table map[int]process

// processes lists all that can be seen (proc_pid_stat(5)).
func processes(proc string) table {
	folders, _ := filepath.Glob(filepath.Join(proc, "[0-9]*"))
	all := table{}
	for _, folder := range folders {
		pid, err := strconv.Atoi(filepath.Base(folder))
		if err != nil {
			continue
		}
		stat, err := os.ReadFile(filepath.Join(folder, "stat"))
		if err != nil {
			continue
		}
		// the name in parentheses may hold spaces and parentheses itself
		fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
		if len(fields) < 2 || len(fields[0]) != 1 {
			continue
		}
		parent, err := strconv.Atoi(string(fields[1]))
		if err != nil {
			continue
		}
		line, _ := os.ReadFile(filepath.Join(folder, "cmdline"))
		arguments := strings.Split(string(line), "\x00")
		one := process{folder: folder, parent: parent, state: fields[0][0], name: filepath.Base(arguments[0])}
		if len(arguments) > 1 {
			one.first = arguments[1]
		}
		all[pid] = one
	}
	return all
}

// below reports whether the process was started by the other, or by one below it.
func (t table) below(pid, other int) bool {
	for range len(t) {
		one, found := t[pid]
		if !found || one.parent == 0 {
			return false
		}
		if one.parent == other {
			return true
		}
		pid = one.parent
	}
	return false
}

// isGo reports whether it is a go command, or a test that one built. One that ended, or that somebody stopped, works no
// more.
func (p process) isGo() bool {
	return p.state != 'Z' && p.state != 'T' && (p.name == "go" || strings.HasSuffix(p.name, ".test"))
}

// isPush reports whether it takes files from a developer's machine.
func (p process) isPush() bool { return p.name == "godevd" && p.first == "receive" }

// read is the number of bytes it has read so far (proc_pid_io(5)).
func (p process) read() int64 {
	content, _ := os.ReadFile(filepath.Join(p.folder, "io"))
	for line := range strings.Lines(string(content)) {
		if value, found := strings.CutPrefix(line, "rchar: "); found {
			n, _ := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
			return n
		}
	}
	return 0
}
