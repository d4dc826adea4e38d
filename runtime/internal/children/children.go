// Package children keeps account of this process's children: those godevd started itself and waits for, and the
// orphans of theirs, which come to it and which nobody else waits for.
package children

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

var (
	mu  sync.Mutex // held while a child starts, so that it is known before it can be seen as a zombie
	own = map[int]bool{}
)

// Start starts the command. Every command of godevd's has to be started so: to a Reaper others are orphans.
// Forget has to follow when it was waited for.
func Start(command *exec.Cmd) error {
	mu.Lock()
	defer mu.Unlock()
	err := command.Start()
	if err == nil {
		own[command.Process.Pid] = true
	}
	return err
}

// Forget is called when the child was waited for: its id may be another's now.
func Forget(command *exec.Cmd) {
	mu.Lock()
	defer mu.Unlock()
	delete(own, command.Process.Pid)
}

// Run starts the command and waits for it.
func Run(command *exec.Cmd) error {
	if err := Start(command); err != nil {
		return err
	}
	defer Forget(command)
	return command.Wait()
}

// Reaper does process 1's duty: it waits for orphans, which else stay as zombies until the pod's limit of processes is
// reached.
type Reaper struct {
	signals chan os.Signal
	stop    chan struct{}
	stopped sync.WaitGroup
}

// NewReaper starts reaping. Orphans come to this process even if it is not process 1, as in a pod that shares its
// process namespace.
func NewReaper() *Reaper {
	_ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
	r := &Reaper{signals: make(chan os.Signal, 1), stop: make(chan struct{})}
	signal.Notify(r.signals, syscall.SIGCHLD)
	r.stopped.Go(func() {
		for {
			Reap()
			select {
			case <-r.signals:
			case <-r.stop:
				return
			}
		}
	})
	return r
}

// Close ends the reaping, and every orphan that is left.
func (r *Reaper) Close() {
	signal.Stop(r.signals)
	close(r.stop)
	r.stopped.Wait()
	KillOrphans("")
}

// Reap waits for the orphans that ended.
func Reap() {
	mu.Lock()
	defer mu.Unlock()
	reap()
}

// reap returns the orphans that have not ended.
func reap() []Process {
	var alive []Process
	self := os.Getpid()
	for _, one := range processes() {
		switch {
		case one.parent != self, own[one.pid]:
		case one.state == 'Z':
			var status syscall.WaitStatus
			_, _ = wait(one.pid, &status)
		default:
			alive = append(alive, one.Process)
		}
	}
	return alive
}

// patience is how long a killed process may take to be gone: one that waits for a disk that is gone stays.
const patience = 5 * time.Second

// KillOrphans ends the orphans whose environment has the variable, "" for all, and those that are known, and returns when
// they are gone, with their ports. Not all are the program's: to process 1 also come those of people's shells in the
// container.
func KillOrphans(variable string, known ...Process) {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		killed := false
		mu.Lock()
		for _, one := range reap() {
			if variable == "" || slices.Contains(known, one) || has(one.pid, variable) {
				_ = syscall.Kill(one.pid, syscall.SIGKILL) // its children come to this process, and are met in the next turn
				killed = true
			}
		}
		mu.Unlock()
		if !killed {
			return
		}
	}
}

// has reports whether the process was given the variable, which children inherit.
func has(pid int, variable string) bool {
	environ, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/environ")
	return err == nil && bytes.Contains(append([]byte{0}, environ...), []byte("\x00"+variable+"\x00"))
}

func wait(pid int, status *syscall.WaitStatus) (int, error) {
	for {
		got, err := syscall.Wait4(pid, status, syscall.WNOHANG, nil)
		if !errors.Is(err, syscall.EINTR) {
			return got, err
		}
	}
}
