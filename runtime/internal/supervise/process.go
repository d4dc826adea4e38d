package supervise

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"godev.io/runtime/internal/children"
)

// drain is how long output may still come after a program's whole group is gone: only a process that left the group
// can hold the pipe, and it must not hold up the restart.
const drain = 300 * time.Millisecond

// mark is a variable by which what a kept program left behind is known.
var mark = fmt.Sprintf("GODEV_PROGRAM_OF=%d", os.Getpid())

// process is one run of the program.
type process struct {
	command *exec.Cmd
	under   Under
	started time.Time
	tail    *tail
	ended   chan exit // gets one value
}

// exit is how a run ended.
type exit struct {
	status syscall.WaitStatus
	took   time.Duration
	lines  []string
}

func (e exit) failed() bool { return e.status.ExitStatus() != 0 }

// code is the exit code as a shell shows it: 128+n for signal n.
func (e exit) code() int {
	if e.status.Signaled() {
		return 128 + int(e.status.Signal())
	}
	return e.status.ExitStatus()
}

func (e exit) signal() string {
	if e.status.Signaled() {
		return e.status.Signal().String()
	}
	return ""
}

// start runs the program as the leader of a new process group.
func (p *Program) start() (*process, error) {
	line := append([]string{p.Path}, p.Args...)
	if p.Under != nil {
		line = p.Under.Command(p.Path, p.Args)
	}
	command := exec.Command(line[0], line[1:]...)
	command.Dir = p.Dir
	command.Env = append(p.environment(), "PWD="+p.Dir)
	if p.alone {
		command.Env = append(command.Env, mark)
	}
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	run := &process{command: command, under: p.Under, tail: &tail{}, ended: make(chan exit, 1)}

	outRead, outWrite, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	errRead, errWrite, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, outRead.Close(), outWrite.Close())
	}
	command.Stdout, command.Stderr = outWrite, errWrite
	run.started = time.Now()
	err = children.Start(command)
	_ = outWrite.Close()
	_ = errWrite.Close()
	if err != nil {
		_ = outRead.Close()
		_ = errRead.Close()
		return nil, err
	}
	if p.Under != nil {
		p.Under.Started(command.Process.Pid)
	}
	var copying sync.WaitGroup
	for from, to := range map[*os.File]io.Writer{outRead: p.Stdout, errRead: p.Stderr} {
		kept := run.tail.stream()
		copying.Go(func() { pass(from, to, kept) })
	}
	go func() {
		state, err := command.Process.Wait()
		_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) // what it left in its group, so that ports are free and nothing is left over
		children.Forget(command)
		var status syscall.WaitStatus
		if err == nil {
			status, _ = state.Sys().(syscall.WaitStatus)
		}
		if p.alone {
			children.KillOrphans(mark)
		} else {
			children.Reap()
		}
		for _, pipe := range []*os.File{outRead, errRead} {
			_ = pipe.SetReadDeadline(time.Now().Add(drain))
		}
		copying.Wait()
		_ = outRead.Close()
		_ = errRead.Close()
		lines := run.tail.last()
		if p.Under != nil {
			status = p.Under.Ended(status, lines)
		}
		run.ended <- exit{status: status, took: time.Since(run.started), lines: lines}
	}()
	return run, nil
}

// kill sends the signal to the program's group.
func (r *process) kill(signal syscall.Signal) {
	if r.under != nil && r.under.Signal(signal) {
		return
	}
	_ = syscall.Kill(-r.command.Process.Pid, signal) // the group may be gone
}

// pass copies as the bytes come. A reader of the log that is gone must not stop the program.
func pass(from io.Reader, to io.Writer, kept *stream) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		_, _ = to.Write(buffer[:n])
		_, _ = kept.Write(buffer[:n])
		if err != nil {
			return
		}
	}
}
