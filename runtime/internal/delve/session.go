package delve

import (
	"context"
	"errors"
	"strings"
	"sync"
	"syscall"
	"time"

	"godev.io/runtime/internal/supervise"
)

// How often a run is looked at: usually, and while its program is loaded or was asked to end.
const (
	pace  = 500 * time.Millisecond
	hurry = 5 * time.Millisecond
)

// parting is how long dlv may take to end after its program did.
const parting = 2 * time.Second

// Session runs a program under dlv, one run after the other, so that a run under dlv is seen as one without it. The next
// run may be loaded while the one before has not ended. The debugger's port is the session's also while no program runs,
// but not while one runs without the debugger.
type Session struct {
	gate
	debugger Debugger
	changed  func(Status, error)

	mu      sync.Mutex
	relay   *relay // nil while the port is not the session's
	runs    int
	without bool // the program runs without the debugger
	over    bool
}

// NewSession returns one for the debugger. changed is told each new status in order, and why the program runs without
// the debugger if it does.
func (d Debugger) NewSession(changed func(Status, error)) *Session {
	return &Session{debugger: d, changed: changed}
}

// Begin returns a run of the program. It is without the debugger if Delve does not support the program; if dlv ends before
// it has the program, the run in its place is.
func (s *Session) Begin(path string, args []string) supervise.Run {
	alone := supervise.Alone(path, args)
	r, err := s.begin(path)
	if errors.Is(err, errOver) {
		return alone
	}
	if err != nil {
		s.goWithout()
		s.changed(Status{State: Gone}, err)
		return alone
	}
	r.alone = alone
	r.command = append([]string{s.debugger.Path}, execArgs(r.monitor.socket, path, args)...)
	return r
}

func (s *Session) begin(path string) (*run, error) {
	if err := s.debugger.Check(path); err != nil {
		return nil, err
	}
	socket, err := newSocket()
	if err != nil {
		return nil, err
	}
	relay, err := s.join()
	if err != nil {
		removeSocket(socket)
		return nil, err
	}
	return &run{
		session: s, monitor: &Monitor{socket: socket, relay: relay, last: Status{State: Starting}},
		loaded: make(chan struct{}), hurry: make(chan struct{}, 1), watched: make(chan struct{}),
	}, nil
}

// errOver is for a run that is begun while the runtime ends.
var errOver = errors.New("the session is over")

// join takes the port, if it is not the session's yet, for one run more.
func (s *Session) join() (*relay, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over {
		return nil, errOver
	}
	if s.relay == nil {
		relay, err := s.debugger.relay()
		if err != nil {
			return nil, err
		}
		s.relay = relay
	}
	s.runs++
	return s.relay, nil
}

// leave is called when a run of the session is over.
func (s *Session) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.runs--
	s.free()
}

// goWith is called when the program is to run under the debugger.
func (s *Session) goWith() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.without = false
}

// goWithout is called when the program is to run without the debugger, which may be why it needs the port.
func (s *Session) goWithout() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.without = true
	s.free()
}

// End frees the port: there will be no further run.
func (s *Session) End() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over, s.runs = true, 0
	s.free()
}

func (s *Session) free() {
	if s.relay != nil && s.runs <= 0 && (s.without || s.over) {
		s.relay.close()
		s.relay = nil
	}
}

// run is one run of a session.
type run struct {
	session *Session
	command []string
	alone   supervise.Run // of the program without the debugger
	loaded  chan struct{}
	hurry   chan struct{}
	// stop ends the watching, which closes watched
	stop    context.CancelFunc
	watched chan struct{}

	mu      sync.Mutex // held while monitor looks
	monitor *Monitor
	asked   bool // to end
	failed  bool // dlv never had the program
}

// Command returns dlv's command line.
func (r *run) Command() []string { return r.command }

// Started is called with the process id of dlv.
func (r *run) Started(pid int) {
	ctx, stop := context.WithCancel(context.Background())
	r.monitor.dlv, r.stop = pid, stop
	go r.watch(ctx)
}

// Loaded is closed when the program is loaded.
func (r *run) Loaded() <-chan struct{} { return r.loaded }

// Release lets the program run, as soon as it is loaded, and the debugger's users come to it.
func (r *run) Release() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.session.goWith()
	r.monitor.release()
}

// watch ends when the program did, and dlv after it.
func (r *run) watch(ctx context.Context) {
	defer close(r.watched)
	ticker := time.NewTicker(hurry)
	defer ticker.Stop()
	hurried, loading := false, true
	for told := (Status{}); ; {
		r.mu.Lock()
		status := r.monitor.Look()
		released := r.monitor.released
		if status.Panicking && status.Clients == 0 {
			r.monitor.resume() // nobody is there to look at it, and the log has to say what the panic was
		}
		if released {
			r.session.close(status.held())
		}
		if loading && r.monitor.loaded {
			loading = false
			close(r.loaded)
		}
		if r.monitor.up && !hurried {
			hurried = true
			ticker.Reset(pace)
		}
		r.mu.Unlock()
		if released && status != told && ctx.Err() == nil {
			told = status
			r.session.changed(status, nil)
		}
		if status.State == Exited {
			end(ctx, r.monitor.dlv)
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-r.hurry:
			ticker.Reset(hurry)
		case <-ticker.C:
		}
	}
}

// end asks dlv to end, and sees to it.
func end(ctx context.Context, dlv int) {
	_ = syscall.Kill(-dlv, syscall.SIGTERM)
	select {
	case <-ctx.Done():
	case <-time.After(parting):
		_ = syscall.Kill(-dlv, syscall.SIGKILL)
	}
}

// Signal passes a signal on to the program's group, which is not dlv's. A paused program cannot end by itself, and is
// ended with dlv.
func (r *run) Signal(signal syscall.Signal) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case r.hurry <- struct{}{}:
	default:
	}
	program := r.monitor.Program()
	stops := signal == syscall.SIGTERM || signal == syscall.SIGINT
	r.asked = r.asked || stops || signal == syscall.SIGKILL
	switch {
	case program == 0, stops && r.monitor.stopped():
		return false
	case signal == syscall.SIGKILL:
		_ = syscall.Kill(-program, signal) // dlv does not take its program with it
		return false
	}
	_ = syscall.Kill(-program, signal)
	return true
}

// Ended is called with the status and the last lines of the run, and returns the program's own status.
func (r *run) Ended(status syscall.WaitStatus, lines []string) syscall.WaitStatus {
	if r.stop != nil {
		r.stop()
		<-r.watched
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	monitor := r.monitor
	monitor.Close()
	removeSocket(monitor.socket)
	if monitor.program != 0 && alive(monitor.program) {
		_ = syscall.Kill(-monitor.program, syscall.SIGKILL) // dlv was killed, and did not take it along
	}
	if monitor.released {
		r.session.close(false)
	}
	monitor.relay.leave(monitor.socket)
	defer r.session.leave()
	switch {
	case monitor.last.State == Exited && monitor.last.Signal != 0:
		return syscall.WaitStatus(monitor.last.Signal)
	case monitor.last.State == Exited:
		return syscall.WaitStatus(monitor.last.ExitCode << 8)
	case !monitor.loaded && !r.asked:
		r.failed = true
		if monitor.released { // else it is tried again
			r.session.goWithout()
			r.session.changed(Status{State: Gone}, r.session.debugger.explainExec(status, strings.Join(lines, "\n")))
		}
	case !monitor.released:
	case status.Exited() && status.ExitStatus() == 0:
		return syscall.WaitStatus(syscall.SIGKILL) // by dlv: a client ended the session, or somebody asked dlv to end
	}
	return status
}

// Instead is the program without the debugger if dlv ended before it had the program.
func (r *run) Instead() supervise.Run {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.failed {
		return nil
	}
	return r.alone
}
