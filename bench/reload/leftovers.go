package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// adopt has this process be the parent of what its children leave behind (PR_SET_CHILD_SUBREAPER, prctl(2)).
func adopt() error {
	const setChildSubreaper = 36
	if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, setChildSubreaper, 1, 0); errno != 0 {
		return fmt.Errorf("prctl: %w", errno)
	}
	return nil
}

// endOrphans ends what the tools left when they ended, such as a compiler, and what those leave in turn.
func endOrphans() {
	own := strconv.Itoa(os.Getpid())
	for left := true; left; {
		left = false
		tasks, err := os.ReadDir("/proc/self/task")
		if err != nil {
			return
		}
		for _, task := range tasks {
			children, _ := os.ReadFile("/proc/" + own + "/task/" + task.Name() + "/children")
			for field := range strings.FieldsSeq(string(children)) {
				pid, err := strconv.Atoi(field)
				if err != nil {
					continue
				}
				_ = syscall.Kill(pid, syscall.SIGKILL)
				_, err = syscall.Wait4(pid, nil, 0, nil)
				left = left || err == nil
			}
		}
	}
}
