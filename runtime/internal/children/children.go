package supervise

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// reaper does process 1's duty: it waits for orphans, which else stay as zombies until the pod's limit of processes is
// reached. It leaves the program itself to os/exec.
type reaper struct {
	mu      sync.Mutex // held while the program starts, so that it is known before it can be seen as a zombie
	program int
	signals chan os.Signal
	stop    chan struct{}
	stopped sync.WaitGroup
}

// newReaper starts reaping. Orphans come to this process even if it is not process 1, as in a pod that shares its
// process namespace.
func newReaper() *reaper {
	_ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
	r := &reaper{signals: make(chan os.Signal, 1), stop: make(chan struct{})}
	signal.Notify(r.signals, syscall.SIGCHLD)
	r.stopped.Go(func() {
		for {
			r.reap()
			select {
			case <-r.signals:
			case <-r.stop:
				return
			}
		}
	})
	return r
}

func (r *reaper) start(command *exec.Cmd) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	err := command.Start()
	if err == nil {
		r.program = command.Process.Pid
	}
	return err
}

// forget is called when the program was waited for, its id may be another's now.
func (r *reaper) forget() {
	r.mu.Lock()
	r.program = 0
	r.mu.Unlock()
	r.reap()
}

// close ends the reaping, and every process that is left.
func (r *reaper) close() {
	signal.Stop(r.signals)
	close(r.stop)
	r.stopped.Wait()
	for {
		left := children(func(state byte) bool { return true })
		if len(left) == 0 {
			return
		}
		for _, pid := range left {
			_ = syscall.Kill(pid, syscall.SIGKILL)
			var status syscall.WaitStatus
			if _, err := wait(pid, &status, 0); err != nil {
				return
			}
		}
	}
}

func (r *reaper) reap() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, pid := range children(func(state byte) bool { return state == 'Z' }) {
		if pid != r.program {
			var status syscall.WaitStatus
			_, _ = wait(pid, &status, syscall.WNOHANG)
		}
	}
}

func wait(pid int, status *syscall.WaitStatus, options int) (int, error) {
	for {
		got, err := syscall.Wait4(pid, status, options, nil)
		if !errors.Is(err, syscall.EINTR) {
			return got, err
		}
	}
}

// children lists this process's children in a wanted state (proc_pid_stat(5)). waitid(2) can look at a child without
// taking it, but only at one: the program, ended and not yet waited for, would hide the others.
func children(want func(state byte) bool) []int {
	proc, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer proc.Close()
	names, _ := proc.Readdirnames(-1)
	own := os.Getpid()
	var found []int
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
		if len(fields) < 2 || len(fields[0]) != 1 {
			continue
		}
		if parent, err := strconv.Atoi(string(fields[1])); err == nil && parent == own && want(fields[0][0]) {
			found = append(found, pid)
		}
	}
	return found
}
