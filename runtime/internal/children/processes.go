package children

import (
	"bytes"
	"os"
	"os/exec"
	"strconv"
)

// Process is a process for as long as it lives: its id may be another's later.
type Process struct {
	pid int
	// start is when it began, in the kernel's words.
	start string
}

// process is what the kernel says of one.
type process struct {
	Process
	parent int
	state  byte
}

// Descendants are the processes below the command, which was started and not forgotten. When it ended nothing tells
// them from others any more, if they have an environment of their own.
func Descendants(command *exec.Cmd) []Process {
	mu.Lock()
	defer mu.Unlock()
	if !own[command.Process.Pid] {
		return nil
	}
	below := map[int][]Process{}
	for _, one := range processes() {
		below[one.parent] = append(below[one.parent], one.Process)
	}
	found := append([]Process{}, below[command.Process.Pid]...)
	for i := 0; i < len(found); i++ {
		found = append(found, below[found[i].pid]...)
		delete(below, found[i].pid) // ids that changed hands meanwhile could make a circle
	}
	return found
}

// processes lists all that can be seen (proc_pid_stat(5)). waitid(2) can look at a child without taking it, but only at
// one: one of godevd's own, ended and not yet waited for, would hide the others.
func processes() []process {
	proc, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer proc.Close()
	names, _ := proc.Readdirnames(-1)
	var found []process
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		stat, err := os.ReadFile("/proc/" + name + "/stat")
		if err != nil {
			continue
		}
		// the name in parentheses may hold spaces and parentheses itself
		fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
		if len(fields) < 20 || len(fields[0]) != 1 {
			continue
		}
		if parent, err := strconv.Atoi(string(fields[1])); err == nil {
			found = append(found, process{Process{pid, string(fields[19])}, parent, fields[0][0]})
		}
	}
	return found
}
