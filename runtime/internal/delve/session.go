package delve

import (
	"context"
	"strings"
	"sync"
	"syscall"
	"time"
)

// How often a Session looks at dlv: usually, and when the program was asked to end.
const (
	pace  = 500 * time.Millisecond
	hurry = 20 * time.Millisecond
)

// parting is how long dlv may take to end after its program did.
const parting = 2 * time.Second

// Session runs a program under dlv, one run after the other. It is told of each run by what starts it, and passes on
// signals and the program's end, so that a run under dlv is seen as one without it.
type Session struct {
	gate
	debugger Debugger
	changed  func(Status, error)

	mu      sync.Mutex // held while monitor looks
	refused error
	monitor *Monitor
	hurry   chan struct{}
	// stop ends the watching, which closes watched
	stop    context.CancelFunc
	watched chan struct{}
}

// NewSession returns one for the debugger. changed is told each new status in order, and why the program runs without
// the debugger if it does.
func (d Debugger) NewSession(changed func(Status, error)) *Session {
	return &Session{debugger: d, changed: changed}
}

// Command returns the command line that runs the program. It is the program's own if Delve does not support it.
func (s *Session) Command(path string, args []string) []string {
	err := s.debugger.Check(path)
	s.mu.Lock()
	s.refused = err
	s.mu.Unlock()
	if err != nil {
		s.changed(Status{State: Gone}, err)
		return append([]string{path}, args...)
	}
	return append([]string{s.debugger.Path}, s.debugger.Exec(path, args)...)
}

// Started is called with the process id of a run of Command.
func (s *Session) Started(pid int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refused != nil {
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	s.monitor, s.stop, s.watched, s.hurry = s.debugger.Monitor(pid), stop, make(chan struct{}), make(chan struct{}, 1)
	go s.watch(ctx, s.watched)
}

// watch ends when the program did, and dlv after it.
func (s *Session) watch(ctx context.Context, watched chan<- struct{}) {
	defer close(watched)
	ticker := time.NewTicker(pace)
	defer ticker.Stop()
	for told := (Status{}); ; {
		s.mu.Lock()
		status := s.monitor.Look()
		if status.Panicking && status.Clients == 0 {
			s.monitor.resume() // nobody is there to look at it, and the log has to say what the panic was
		}
		s.close(status.State == Paused)
		s.mu.Unlock()
		if status != told && ctx.Err() == nil {
			told = status
			s.changed(status, nil)
		}
		if status.State == Exited {
			end(ctx, s.monitor.dlv)
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-s.hurry:
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
func (s *Session) Signal(signal syscall.Signal) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.monitor == nil {
		return false
	}
	select {
	case s.hurry <- struct{}{}:
	default:
	}
	program := s.monitor.Program()
	stops := signal == syscall.SIGTERM || signal == syscall.SIGINT
	switch {
	case program == 0, stops && s.monitor.stopped():
		return false
	case signal == syscall.SIGKILL:
		_ = syscall.Kill(-program, signal) // dlv does not take its program with it
		return false
	}
	_ = syscall.Kill(-program, signal)
	return true
}

// Ended is called with the status and the last lines of a run of Command, and returns the program's own status.
func (s *Session) Ended(status syscall.WaitStatus, lines []string) syscall.WaitStatus {
	s.mu.Lock()
	monitor := s.monitor
	s.mu.Unlock()
	if monitor == nil {
		return status
	}
	s.stop()
	<-s.watched
	s.mu.Lock()
	defer s.mu.Unlock()
	s.monitor = nil
	s.close(false)
	monitor.Close()
	if monitor.program != 0 && alive(monitor.program) {
		_ = syscall.Kill(-monitor.program, syscall.SIGKILL) // dlv was killed, and did not take it along
	}
	switch {
	case monitor.last.State == Exited && monitor.last.Signal != 0:
		return syscall.WaitStatus(monitor.last.Signal)
	case monitor.last.State == Exited:
		return syscall.WaitStatus(monitor.last.ExitCode << 8)
	case !monitor.up && status.ExitStatus() > 0:
		s.changed(Status{State: Gone}, s.debugger.Explain(strings.Join(lines, "\n")))
	case status.Exited() && status.ExitStatus() == 0:
		return syscall.WaitStatus(syscall.SIGKILL) // by dlv: a client ended the session, or somebody asked dlv to end
	}
	return status
}
