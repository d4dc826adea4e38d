package delve

import (
	"context"
	"io"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"godev.io/runtime/internal/children"
	"godev.io/runtime/internal/supervise"
)

// Attacher attaches dlv to a program that runs by itself, while somebody wants that. It is told of each run of the
// program by what starts it.
type Attacher struct {
	// Env is dlv's environment.
	Env []string
	// Log gets what dlv says.
	Log io.Writer
	// Runtime is the path of godevd, which makes the program traceable where the kernel wants it to ask for that.
	Runtime string

	gate
	debugger Debugger
	changed  func(Status, error)

	mu     sync.Mutex
	wanted bool
	pid    int // the program's, 0 while it does not run
	dlv    int // 0 while none is attached
	news   chan struct{}
}

// NewAttacher returns one for the debugger. changed is told each new status in order, and why dlv is not attached if
// that is wanted and it is not.
func (d Debugger) NewAttacher(changed func(Status, error)) *Attacher {
	return &Attacher{debugger: d, changed: changed, news: make(chan struct{}, 1)}
}

// Want says whether dlv is to be attached.
func (a *Attacher) Want(wanted bool) { a.set(func() { a.wanted = wanted }) }

// Begin returns a run of the program by itself.
func (a *Attacher) Begin(path string, args []string) supervise.Run {
	if a.Runtime != "" && restricted() {
		// dlv could not attach to it otherwise
		return attachableRun{supervise.Alone(a.Runtime, append([]string{TraceableVerb, path}, args...)), a}
	}
	return attachableRun{supervise.Alone(path, args), a}
}

// End is nothing: Run's context ends the attaching, which has a port of its own.
func (a *Attacher) End() {}

// attachableRun is a run of the program that dlv may be attached to.
type attachableRun struct {
	supervise.Run
	attacher *Attacher
}

// Started is called with the process id of the run.
func (r attachableRun) Started(pid int) { r.attacher.set(func() { r.attacher.pid = pid }) }

// Ended is called when the run ended.
func (r attachableRun) Ended(status syscall.WaitStatus, _ []string) syscall.WaitStatus {
	r.attacher.set(func() { r.attacher.pid = 0 })
	return status
}

// Signal leaves the signal to the sender. A paused program would not see it: dlv lets go of it first.
func (r attachableRun) Signal(signal syscall.Signal) bool {
	a := r.attacher
	a.mu.Lock()
	defer a.mu.Unlock()
	if state, _ := status(a.pid); a.dlv != 0 && state == 't' && (signal == syscall.SIGTERM || signal == syscall.SIGINT) {
		_ = syscall.Kill(-a.dlv, syscall.SIGTERM)
	}
	return false
}

func (a *Attacher) set(change func()) {
	a.mu.Lock()
	change()
	a.mu.Unlock()
	select {
	case a.news <- struct{}{}:
	default: // a look is due already
	}
}

// target is the program to attach to, 0 if there is none.
func (a *Attacher) target() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.wanted {
		return 0
	}
	return a.pid
}

// Run attaches and detaches until the context ends.
func (a *Attacher) Run(ctx context.Context) {
	for tried := 0; ; {
		target := a.target()
		switch {
		case target == 0 && tried != 0:
			tried = 0
			a.changed(Status{State: Gone}, nil) // the failure is over
		case target == 0:
		case target != tried:
			// after a session that a client ended a new one begins; what failed once would fail again
			if a.attach(ctx, target) {
				continue
			}
			tried = target
		}
		select {
		case <-ctx.Done():
			return
		case <-a.news:
		}
	}
}

// attach returns when dlv ended, and whether it had been attached.
func (a *Attacher) attach(ctx context.Context, pid int) bool {
	relay, err := a.debugger.relay()
	if err != nil {
		a.changed(Status{State: Gone}, err)
		return false
	}
	defer relay.close()
	socket, err := newSocket()
	if err != nil {
		a.changed(Status{State: Gone}, err)
		return false
	}
	defer removeSocket(socket)
	var said excerpt
	command := exec.Command(a.debugger.Path, attachArgs(socket, pid)...)
	command.Env = a.Env
	both := io.MultiWriter(a.Log, &said)
	command.Stdout, command.Stderr = both, both
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.WaitDelay = parting
	if err := children.Start(command); err != nil {
		a.changed(Status{State: Gone}, a.debugger.Explain(err.Error()))
		return false
	}
	a.set(func() { a.dlv = command.Process.Pid })
	ended := make(chan struct{})
	go func() {
		_ = command.Wait()
		_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL)
		children.Forget(command)
		a.set(func() { a.dlv = 0 })
		close(ended)
	}()
	monitor := &Monitor{socket: socket, relay: relay, dlv: command.Process.Pid, last: Status{State: Starting}, released: true}
	defer monitor.Close()
	a.follow(ctx, monitor, pid, ended)
	a.close(false)
	if !monitor.up && a.target() == pid && ctx.Err() == nil {
		a.changed(Status{State: Gone}, a.debugger.Explain(said.String()))
		return false
	}
	a.changed(Status{State: Gone}, nil)
	return ctx.Err() == nil
}

// follow returns when dlv ended. It is asked to when it is not wanted any more, or its program ended.
func (a *Attacher) follow(ctx context.Context, monitor *Monitor, pid int, ended <-chan struct{}) {
	ticker := time.NewTicker(hurry)
	defer ticker.Stop()
	var impatient <-chan time.Time
	for told := (Status{}); ; {
		status := monitor.Look()
		if monitor.up {
			ticker.Reset(pace)
		}
		if status != told && status.State != Gone {
			told = status
			a.close(status.held())
			a.changed(status, nil)
		}
		if impatient == nil && (status.State == Exited || a.target() != pid || ctx.Err() != nil) {
			_ = syscall.Kill(-monitor.dlv, syscall.SIGTERM)
			impatient = time.After(parting)
		}
		select {
		case <-ended:
			return
		case <-impatient:
			_ = syscall.Kill(-monitor.dlv, syscall.SIGKILL)
		case <-ctx.Done():
			ctx = context.WithoutCancel(ctx)
			_ = syscall.Kill(-monitor.dlv, syscall.SIGTERM)
			impatient = time.After(parting)
		case <-a.news:
		case <-ticker.C:
		}
	}
}

// excerpt keeps the last of what is written, enough for an error.
type excerpt struct {
	mu   sync.Mutex
	text []byte
}

const excerptSize = 4 << 10

func (e *excerpt) Write(content []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.text = append(e.text, content...)
	if over := len(e.text) - excerptSize; over > 0 {
		e.text = e.text[over:]
	}
	return len(content), nil
}

func (e *excerpt) String() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return string(e.text)
}
