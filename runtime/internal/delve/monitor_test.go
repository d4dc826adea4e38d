package delve

import (
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"godev.io/runtime/internal/delvetest"
	"godev.io/runtime/internal/termination"
)

// returning is the line of the program that counts after the one that sets square.
const returning = delvetest.Returning

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

// log is what a process wrote so far.
type log struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *log) Write(content []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(content)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// running is a process, in a group of its own as godevd starts it.
type running struct {
	*exec.Cmd
	output log
	ended  chan struct{}
}

func start(t *testing.T, program string, args ...string) *running {
	t.Helper()
	r := &running{Cmd: exec.Command(program, args...), ended: make(chan struct{})}
	r.Stdout, r.Stderr = &r.output, &r.output
	r.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	r.WaitDelay = time.Second
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = r.Wait()
		close(r.ended)
	}()
	t.Cleanup(func() {
		_ = syscall.Kill(-r.Process.Pid, syscall.SIGKILL)
		<-r.ended
		if t.Failed() {
			t.Logf("%s: %s", filepath.Base(program), r.output.String())
		}
	})
	return r
}

// session is a program under dlv and the monitor that looks at it.
type session struct {
	t        *testing.T
	debugger Debugger
	dlv      *running
	monitor  *Monitor
}

func debug(t *testing.T, source string, args ...string) *session {
	t.Helper()
	program := delvetest.Build(t, source, "-gcflags=all=-N -l")
	return watch(t, func(socket string) []string { return execArgs(socket, program, args) })
}

// watch starts dlv with arguments for its socket, and lets the program run.
func watch(t *testing.T, args func(socket string) []string) *session {
	t.Helper()
	debugger := Debugger{Path: delvetest.Path(t), Port: freePort(t)}
	relay, err := debugger.relay()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(relay.close)
	socket, err := newSocket()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { removeSocket(socket) })
	dlv := start(t, debugger.Path, args(socket)...)
	s := &session{t, debugger, dlv, &Monitor{socket: socket, relay: relay, dlv: dlv.Process.Pid, last: Status{State: Starting}, released: true}}
	t.Cleanup(func() {
		if pid := s.monitor.Program(); pid != 0 {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		s.monitor.Close()
	})
	return s
}

// until fails the test unless the condition comes true soon.
func until(t *testing.T, what string, condition func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !condition() {
		if time.Now().After(deadline) {
			t.Fatalf("in vain waited for: %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// until looks until the state is there.
func (s *session) until(state State) Status {
	s.t.Helper()
	var last Status
	until(s.t, string(state), func() bool {
		last = s.monitor.Look()
		return last.State == state
	})
	return last
}

func (s *session) connect() *delvetest.Client { return delvetest.Connect(s.t, s.debugger.address()) }

func TestABreakpointPausesAndAVariableIsRead(t *testing.T) {
	// Given
	s := debug(t, delvetest.Counter, "-a", "b c", "--")
	if s.until(Running).Clients != 0 {
		t.Errorf("clients: %d", s.monitor.Look().Clients)
	}
	until(t, "the arguments", func() bool { return strings.Contains(s.dlv.output.String(), "arguments [-a b c --]") })
	client := s.connect()

	// When
	client.Do("Command", map[string]any{"name": "halt"}, nil)
	client.Do("CreateBreakpoint", map[string]any{"Breakpoint": map[string]any{"file": s.source(), "line": returning}}, nil)
	client.Do("Command", map[string]any{"name": "continue"}, nil)

	// Then
	if paused := s.until(Paused); paused.Clients != 1 {
		t.Errorf("clients: %d", paused.Clients)
	}
	var locals struct {
		Variables []struct{ Name, Value string }
	}
	client.Do("ListLocalVars", map[string]any{"Scope": map[string]any{"GoroutineID": -1}, "Cfg": map[string]any{}}, &locals)
	if len(locals.Variables) != 1 || locals.Variables[0].Name != "square" || locals.Variables[0].Value == "" {
		t.Errorf("%+v", locals)
	}

	if locals.Variables[0].Value == "0" {
		t.Error("the line before the breakpoint was not run")
	}

	// and on it goes when the client says so
	client.Do("ClearBreakpoint", map[string]any{"Id": 1}, nil)
	client.Begin("Command", map[string]any{"name": "continue"})
	s.until(Running)
	client.Close()
	until(t, "no client", func() bool { return s.monitor.Look().Clients == 0 })
}

// source is the path of the program's source.
func (s *session) source() string {
	return filepath.Join(filepath.Dir(s.dlv.Args[2]), "main.go")
}

func TestThePauseIsToldWhileAClientStepsAndEndsWhenItGoesOn(t *testing.T) {
	s := debug(t, delvetest.Counter)
	s.until(Running)
	client := s.connect()
	for range 5 {
		client.Do("Command", map[string]any{"name": "halt"}, nil)
		client.Do("CreateBreakpoint", map[string]any{"Breakpoint": map[string]any{"file": s.source(), "line": returning, "name": "here"}}, nil)
		client.Do("Command", map[string]any{"name": "continue"}, nil)
		for range 3 {
			s.until(Paused)
			client.Do("Command", map[string]any{"name": "next"}, nil)
			if got := s.monitor.Look().State; got != Paused {
				t.Errorf("after a step: %s", got)
			}
		}
		client.Do("ClearBreakpoint", map[string]any{"Name": "here"}, nil)
		client.Begin("Command", map[string]any{"name": "continue"})
		s.until(Running)
	}
}

func TestAPanicIsAPauseAndThenAnEnd(t *testing.T) {
	tests := map[string]struct {
		source string
		signal syscall.Signal
	}{
		"at once":     {"package main\nfunc main() { panic(1) }\n", 0},
		"by a signal": {delvetest.Counter, syscall.SIGABRT},
		"deadlock":    {"package main\nfunc main() { select {} }\n", 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := debug(t, test.source)
			if test.signal != 0 {
				s.until(Running)
				until(t, "work", func() bool { return strings.Contains(s.dlv.output.String(), "worked") }) // it handles signals now
				if err := syscall.Kill(-s.monitor.Program(), test.signal); err != nil {
					t.Fatal(err)
				}
			}
			if got := s.until(Paused); !got.Panicking {
				t.Errorf("got %+v", got)
			}
			s.connect().Begin("Command", map[string]any{"name": "continue"})
			if got := s.until(Exited); got.ExitCode != 2 {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestTheProgramsEndIsTold(t *testing.T) {
	tests := map[string]struct {
		source string
		signal syscall.Signal
		want   Status
	}{
		"well":        {"package main\nfunc main() {}\n", 0, Status{State: Exited}},
		"with a code": {"package main\nimport \"os\"\nfunc main() { os.Exit(3) }\n", 0, Status{State: Exited, ExitCode: 3}},
		"asked to":    {delvetest.Counter, syscall.SIGTERM, Status{State: Exited, ExitCode: 7}},
		"killed":      {delvetest.Counter, syscall.SIGKILL, Status{State: Exited, ExitCode: 137, Signal: syscall.SIGKILL}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := debug(t, test.source)
			if test.signal != 0 {
				s.until(Running)
				until(t, "work", func() bool { return strings.Contains(s.dlv.output.String(), "worked") }) // it handles signals now
				if err := syscall.Kill(-s.monitor.Program(), test.signal); err != nil {
					t.Fatal(err)
				}
			}
			if got := s.until(Exited); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			// dlv stays, and ends when it is asked to
			if err := s.dlv.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			<-s.dlv.ended
		})
	}
}

func TestSIGTERMToDlvEndsTheProgram(t *testing.T) {
	for name, pause := range map[string]bool{"running": false, "paused": true} {
		t.Run(name, func(t *testing.T) {
			// Given
			s := debug(t, delvetest.Counter)
			s.until(Running)
			program := s.monitor.Program()
			if pause {
				s.connect().Do("Command", map[string]any{"name": "halt"}, nil)
				s.until(Paused)
			}

			// When
			if err := syscall.Kill(-s.dlv.Process.Pid, syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			<-s.dlv.ended

			// Then
			s.until(Gone)
			until(t, "the program's end", func() bool { return !alive(program) })
		})
	}
}

func TestAClientThatEndsTheSessionIsSeen(t *testing.T) {
	s := debug(t, delvetest.Counter)
	s.until(Running)
	client := s.connect()
	client.Do("Command", map[string]any{"name": "halt"}, nil)
	client.Begin("Detach", map[string]any{"Kill": true})
	until(t, "the end", func() bool {
		state := s.monitor.Look().State
		return state == Gone || state == Exited
	})
	<-s.dlv.ended
}

func TestTheMonitorDoesNotDisturbACoreDump(t *testing.T) {
	// Given
	s := debug(t, delvetest.Counter)
	s.until(Running)
	client := s.connect()
	client.Do("Command", map[string]any{"name": "halt"}, nil)

	// When
	client.Do("DumpStart", map[string]any{"Destination": filepath.Join(t.TempDir(), "core")}, nil)
	for range 20 {
		if got := s.monitor.Look().State; got != Paused {
			t.Errorf("during the dump: %s", got)
		}
	}

	// Then
	var dump struct {
		State struct{ AllDone bool }
	}
	until(t, "the dump", func() bool {
		call := client.Begin("DumpWait", map[string]any{"Wait": 10})
		select {
		case <-call.Done:
		case <-time.After(10 * time.Second):
			t.Fatal("Delve does not answer any more")
		}
		client.Do("DumpWait", map[string]any{"Wait": 10}, &dump)
		return dump.State.AllDone
	})
	client.Begin("Command", map[string]any{"name": "continue"})
	s.until(Running)
}

func TestManyLooksLeaveTheProgramAlone(t *testing.T) {
	s := debug(t, delvetest.Counter)
	s.until(Running)
	before := strings.Count(s.dlv.output.String(), "worked")
	began := time.Now()
	for range 50 {
		if got := s.monitor.Look().State; got != Running {
			t.Fatal(got)
		}
	}
	t.Logf("a look takes %v", time.Since(began)/50)
	until(t, "more work", func() bool { return strings.Count(s.dlv.output.String(), "worked") > before+20 })
}

func TestADlvThatCannotStartIsGone(t *testing.T) {
	program := delvetest.Build(t, delvetest.Counter)
	s := watch(t, func(string) []string { return execArgs("/nowhere/dlv", program, nil) })
	s.until(Gone)
	<-s.dlv.ended
	wantFailure(t, Debugger{}.Explain(s.dlv.output.String()), termination.DelveFailed, "no such file")
}

func TestAttachAndDetach(t *testing.T) {
	// Given
	program := start(t, delvetest.Build(t, delvetest.Counter))
	until(t, "work", func() bool { return strings.Contains(program.output.String(), "worked") })
	s := watch(t, func(socket string) []string { return attachArgs(socket, program.Process.Pid) })

	// When
	s.until(Running)
	client := s.connect()
	client.Do("Command", map[string]any{"name": "halt"}, nil)
	s.until(Paused)
	if got := s.monitor.Program(); got != program.Process.Pid {
		t.Errorf("the program is %d, not %d", got, program.Process.Pid)
	}
	// the request is withdrawn, while it is paused even
	if err := s.dlv.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-s.dlv.ended

	// Then
	s.until(Gone)
	worked := strings.Count(program.output.String(), "worked")
	until(t, "more work", func() bool { return strings.Count(program.output.String(), "worked") > worked+5 })
	if _, tracer := status(program.Process.Pid); tracer != 0 {
		t.Errorf("it is still traced by %d", tracer)
	}
}

func TestTheParentSeesTheEndOfAProgramThatIsAttachedTo(t *testing.T) {
	program := start(t, delvetest.Build(t, delvetest.Counter))
	until(t, "work", func() bool { return strings.Contains(program.output.String(), "worked") })
	s := watch(t, func(socket string) []string { return attachArgs(socket, program.Process.Pid) })
	s.until(Running)
	if err := program.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-program.ended
	if code := program.ProcessState.ExitCode(); code != 7 {
		t.Errorf("exit code %d", code)
	}
	s.until(Exited)
}
