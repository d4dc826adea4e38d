package supervise

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"godev.io/runtime/internal/children"
)

// drain is how long output may still come after a program's whole group is gone: only a process that left the group
// can hold the pipe, and it must not hold up the restart.
const drain = 300 * time.Millisecond

// discarding is how long what a run is loaded by may take to end.
const discarding = 2 * time.Second

// runs counts the runs of this process.
var runs atomic.Int64

// process is one run of the program.
type process struct {
	command *exec.Cmd
	run     Run
	started time.Time // anew when it is released
	tail    *tail
	ended   chan exit // gets one value

	mu    sync.Mutex
	below []children.Process // what ran below it when it was asked to end
}

// exit is how a run ended.
type exit struct {
	status syscall.WaitStatus
	took   time.Duration
	lines  []string
	// instead is to be started in its place, nil if nothing is
	instead Run
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

// start runs the program.
func (p *Program) start() (*process, error) {
	return p.started(p.begin())
}

func (p *Program) started(under Run) (*process, error) {
	run, err := p.launch(under)
	if err == nil {
		run.release()
	}
	return run, err
}

func (p *Program) begin() Run {
	if p.Under == nil {
		return Alone(p.Path, p.Args)
	}
	return p.Under.Begin(p.Path, p.Args)
}

func (p *Program) end() {
	if p.Under != nil {
		p.Under.End()
	}
}

// launch starts a run, which hears of it too if that fails.
func (p *Program) launch(under Run) (*process, error) {
	run, err := p.spawn(under)
	if err != nil {
		under.Ended(0, nil)
	}
	return run, err
}

// spawn starts a run as the leader of a new process group. What it leaves behind is known by a variable.
func (p *Program) spawn(under Run) (*process, error) {
	line := under.Command()
	command := exec.Command(line[0], line[1:]...)
	command.Dir = p.Dir
	command.Env = append(p.environment(), "PWD="+p.Dir)
	mark := fmt.Sprintf("GODEV_RUN=%d.%d", os.Getpid(), runs.Add(1))
	if p.kept {
		command.Env = append(command.Env, mark)
	}
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	run := &process{command: command, run: under, tail: &tail{}, ended: make(chan exit, 1)}

	outRead, outWrite, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	errRead, errWrite, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, outRead.Close(), outWrite.Close())
	}
	command.Stdout, command.Stderr = outWrite, errWrite
	err = children.Start(command)
	_ = outWrite.Close()
	_ = errWrite.Close()
	if err != nil {
		_ = outRead.Close()
		_ = errRead.Close()
		return nil, err
	}
	under.Started(command.Process.Pid)
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
		if p.kept {
			run.mu.Lock()
			below := run.below
			run.mu.Unlock()
			children.KillOrphans(mark, below...)
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
		status = under.Ended(status, lines)
		run.ended <- exit{status: status, lines: lines, instead: under.Instead()}
	}()
	return run, nil
}

// release lets the program run.
func (r *process) release() {
	r.started = time.Now()
	r.run.Release()
}

// discard ends a run that was not released.
func (r *process) discard() {
	if r == nil {
		return
	}
	r.kill(syscall.SIGTERM)
	select {
	case <-r.ended:
	case <-time.After(discarding):
		r.kill(syscall.SIGKILL)
		<-r.ended
	}
}

// over is how the run ended, seen now.
func (r *process) over(ended exit) exit {
	ended.took = time.Since(r.started)
	return ended
}

// kill sends the signal to the program's group.
func (r *process) kill(signal syscall.Signal) {
	if Stops(signal) || signal == syscall.SIGKILL {
		below := children.Descendants(r.command)
		r.mu.Lock()
		r.below = append(r.below, below...)
		r.mu.Unlock()
	}
	if r.run.Signal(signal) {
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
