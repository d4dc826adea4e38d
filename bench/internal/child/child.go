// Package child runs programs that end when the program that started them ends, however that ends.
package child

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// Command is a program to run in the background.
type Command struct {
	Name    string
	Program string
	Args    []string
	Env     []string // all of it: nothing is inherited
	Log     string   // file that its output is added to
	Cgroup  string   // file cgroup.procs of a cgroup to run in, or empty
}

// Process is a program that was started.
type Process struct {
	Command
	cmd  *exec.Cmd
	done chan struct{}
}

// Start starts a program in a process group of its own, so that a Ctrl-C reaches only the caller, who stops it in order.
func Start(c Command) (*Process, error) {
	log, err := os.OpenFile(c.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command(c.Program, c.Args...)
	if c.Cgroup != "" {
		// Before the program has started, so that nothing of it is outside; the process stays the same.
		cmd = exec.Command("/bin/sh", append([]string{"-c", `echo $$ >"$0" && exec "$@"`, c.Cgroup, c.Program}, c.Args...)...)
	}
	cmd.Env = c.Env
	cmd.Stdout, cmd.Stderr = log, log
	// The kernel sends it when the thread that forks ends; Go's threads live as long as the program.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", c.Name, err)
	}
	p := &Process{Command: c, cmd: cmd, done: make(chan struct{})}
	go func() {
		defer close(p.done)
		cmd.Wait() //nolint:errcheck // how it ended is in its log and its state
	}()
	return p, nil
}

// PID is the process's number.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Done is closed when the process has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Alive tells whether the process has not ended.
func (p *Process) Alive() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// Signal sends a signal, unless the process has ended.
func (p *Process) Signal(s os.Signal) error {
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("signal %s: %w", p.Name, err)
	}
	return nil
}

// Kill ends the process with SIGKILL and returns when it is gone.
func (p *Process) Kill() error {
	if err := p.Signal(syscall.SIGKILL); err != nil {
		return err
	}
	<-p.done
	return nil
}

// Stop sends SIGTERM, and SIGKILL after the grace. It returns when the process is gone, with an error if it had to be
// killed.
func (p *Process) Stop(grace time.Duration) error {
	if err := p.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case <-p.done:
		return nil
	case <-time.After(grace):
		return errors.Join(fmt.Errorf("%s did not end within %s of SIGTERM", p.Name, grace), p.Kill())
	}
}

// ExitCode is that of a process that has ended, -1 if a signal ended it.
func (p *Process) ExitCode() int {
	<-p.done
	return p.cmd.ProcessState.ExitCode()
}

// WaitFor waits until the condition returns nil. It fails with the end of the log when the process ends before, or when
// the context does.
func (p *Process) WaitFor(ctx context.Context, condition func(context.Context) error) error {
	return p.WaitForEach(ctx, 20*time.Millisecond, condition)
}

// WaitForEach is WaitFor with a time between two looks at the condition.
func (p *Process) WaitForEach(ctx context.Context, every time.Duration, condition func(context.Context) error) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		err := condition(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return p.failure(errors.Join(ctx.Err(), err))
		case <-p.done:
			return p.failure(errors.New("it ended"))
		case <-tick.C:
		}
	}
}

func (p *Process) failure(err error) error {
	content, _ := os.ReadFile(p.Log)
	lines := strings.Split(strings.TrimRight(string(content), "\n"), "\n")
	return fmt.Errorf("%s: %w\n--- the last lines of %s:\n%s", p.Name, err, p.Log, strings.Join(lines[max(0, len(lines)-15):], "\n"))
}

// FreePorts returns ports of 127.0.0.1 that nobody listens on.
func FreePorts(count int) ([]int, error) {
	var ports []int
	for range count {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}
