package activity

import (
	"os"
	"path/filepath"
	"syscall"
	"time"

	"godev.io/runtime/internal/cgroup"
)

// busy is the part of a core that counts as work: a Go program that waits takes a tenth of a percent.
const busy = 0.05

// Eyes see what is done in the pod, from one look to the next. They are not for use by several goroutines at once.
type Eyes struct {
	// Proc and Dev are /proc and /dev.
	Proc, Dev string
	CPU       cgroup.CPU
	// DebuggerPorts are not the program's.
	DebuggerPorts []int
	// ProbeEvery is the time between two probes of the kubelet, 0 if there are none.
	ProbeEvery time.Duration
	// Debugging reports whether a debugger is connected.
	Debugging func() bool
	// Changed is when a file was changed last.
	Changed func() time.Time

	last      time.Time
	used, own time.Duration
	changed   time.Time
	typed     time.Time
	pushed    map[int]int64
	network   network
}

// Look returns the kind of work since the look before, "" for none.
func (e *Eyes) Look() string {
	now := time.Now()
	first := e.last.IsZero()
	elapsed := now.Sub(e.last)
	e.last = now
	// each has to look each time
	seen := []struct {
		kind string
		is   bool
	}{
		{Debugger, e.Debugging()},
		e.command(),
		{Files, e.isChanged()},
		{Connection, e.network.used(e.Proc, e.DebuggerPorts, e.ProbeEvery, now)},
		{Terminal, e.isTyped()},
		{CPU, e.isBusy(elapsed)},
	}
	if first {
		return Start
	}
	for _, one := range seen {
		if one.is {
			return one.kind
		}
	}
	return ""
}

func (e *Eyes) isChanged() bool {
	at := e.Changed()
	changed := at.After(e.changed)
	e.changed = at
	return changed
}

// isTyped goes by when a terminal was read from: the kernel notes the output of what runs in it apart from that.
func (e *Eyes) isTyped() bool {
	terminals, _ := filepath.Glob(filepath.Join(e.Dev, "pts", "[0-9]*"))
	latest := e.typed
	for _, name := range terminals {
		var stat syscall.Stat_t
		if err := syscall.Stat(name, &stat); err == nil {
			if at := time.Unix(stat.Atim.Unix()); at.After(latest) {
				latest = at
			}
		}
	}
	typed := latest.After(e.typed)
	e.typed = latest
	return typed
}

// isBusy goes by all of the container but this process, also by what ended between two looks.
func (e *Eyes) isBusy(elapsed time.Duration) bool {
	used, known := e.CPU.Used()
	var usage syscall.Rusage
	if !known || syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return false
	}
	own := time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	others := used - e.used - (own - e.own)
	e.used, e.own = used, own
	return float64(others) >= busy*float64(elapsed)
}

// command looks for a go command, or what one runs.
func (e *Eyes) command() (found struct {
	kind string
	is   bool
}) {
	all := processes(e.Proc)
	self := os.Getpid()
	pushed := map[int]int64{}
	for pid, one := range all {
		switch {
		case one.isGo():
			found.kind, found.is = Command, true
			if all.below(pid, self) {
				found.kind = Build
			}
		case one.name == "dlv" && !all.below(pid, self):
			return struct {
				kind string
				is   bool
			}{Debugger, true}
		case one.isPush():
			// its client says every few seconds that it is there
			if pushed[pid] = one.read(); pushed[pid] > e.pushed[pid]+heartbeats && e.pushed[pid] > 0 {
				found.kind, found.is = Files, true
			}
		}
	}
	e.pushed = pushed
	return found
}
