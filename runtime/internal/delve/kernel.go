package delve

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// stopped reports whether the program stands still under dlv, as the kernel says: "t (tracing stop)".
func (m *Monitor) stopped() bool {
	m.find()
	state, _ := status(m.program)
	return m.program != 0 && state == 't'
}

// find sees to it that program is the process that dlv traces. After a restart by a client it is another one.
func (m *Monitor) find() {
	if m.program != 0 && m.traces(m.program) {
		return
	}
	m.program = 0
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return
	}
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		if m.traces(pid) {
			m.program = pid
			return
		}
	}
}

// traces reports whether dlv traces the process. The kernel names the tracing thread.
func (m *Monitor) traces(pid int) bool {
	_, tracer := status(pid)
	if tracer == 0 {
		return false
	}
	_, err := os.Stat(fmt.Sprintf("/proc/%d/task/%d", m.dlv, tracer))
	return err == nil
}

// status returns a process's state and the id of the thread that traces it; 0 for both if there is no such process.
// See proc_pid_status(5).
func status(pid int) (state byte, tracer int) {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0
	}
	for line := range strings.Lines(string(content)) {
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch {
		case name == "State" && value != "":
			state = value[0]
		case name == "TracerPid":
			tracer, _ = strconv.Atoi(value)
			return state, tracer
		}
	}
	return state, tracer
}

// alive is false for a zombie, which has done its last.
func alive(pid int) bool {
	state, _ := status(pid)
	return state != 0 && state != 'Z'
}
