package delve

import (
	"context"
	"fmt"
	"net"
	"os"
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

// counter counts until it gets SIGTERM, which it ends with 7 for.
const counter = `package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func work(n int) int {
	square := n * n
	return square + 1
}

func main() {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM)
	fmt.Println("arguments", os.Args[1:])
	for n := 1; ; n++ {
		select {
		case <-asked:
			fmt.Println("bye")
			os.Exit(7)
		case <-time.After(5 * time.Millisecond):
			fmt.Println("worked", work(n))
		}
	}
}
`

// returning is the line of counter after the one that sets square.
const returning = 13

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
	debugger := Debugger{Path: delvetest.Path(t), Port: freePort(t)}
	program := delvetest.Build(t, source, "-gcflags=all=-N -l")
	return watch(t, debugger, debugger.Exec(program, args))
}

func watch(t *testing.T, debugger Debugger, args []string) *session {
	t.Helper()
	dlv := start(t, debugger.Path, args...)
	s := &session{t, debugger, dlv, debugger.Monitor(dlv.Process.Pid)}
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
	s := debug(t, counter, "-a", "b c", "--")
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
	s := debug(t, counter)
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
		"by a signal": {counter, syscall.SIGABRT},
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
		"asked to":    {counter, syscall.SIGTERM, Status{State: Exited, ExitCode: 7}},
		"killed":      {counter, syscall.SIGKILL, Status{State: Exited, ExitCode: 137, Signal: syscall.SIGKILL}},
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

func TestSIGTERMToDlvEndsTheProgramAndFreesThePort(t *testing.T) {
	for name, pause := range map[string]bool{"running": false, "paused": true} {
		t.Run(name, func(t *testing.T) {
			// Given
			s := debug(t, counter)
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
			listener, err := net.Listen("tcp", s.debugger.address())
			if err != nil {
				t.Fatal(err)
			}
			_ = listener.Close()
		})
	}
}

func TestAClientThatEndsTheSessionIsSeen(t *testing.T) {
	s := debug(t, counter)
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
	s := debug(t, counter)
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
	s := debug(t, counter)
	s.until(Running)
	before := strings.Count(s.dlv.output.String(), "worked")
	began := time.Now()
	for range 200 {
		if got := s.monitor.Look().State; got != Running {
			t.Fatal(got)
		}
	}
	t.Logf("a look takes %v", time.Since(began)/200)
	until(t, "more work", func() bool { return strings.Count(s.dlv.output.String(), "worked") > before+20 })
}

func TestWatchTellsEachChangeOnce(t *testing.T) {
	// Given
	s := debug(t, counter)
	var told []State
	monitor := s.debugger.Monitor(s.dlv.Process.Pid)
	done := make(chan struct{})

	// When
	go func() {
		defer close(done)
		monitor.Watch(context.Background(), time.Millisecond, func(status Status) { told = append(told, status.State) })
	}()
	s.until(Running)
	if err := syscall.Kill(s.monitor.Program(), syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}

	// Then
	<-done
	// the test's own monitor comes and goes as a client
	states := told[:1]
	for _, state := range told[1:] {
		if state != states[len(states)-1] {
			states = append(states, state)
		}
	}
	if got := fmt.Sprint(states); got != "[Starting Running Exited]" {
		t.Error(got)
	}
}

func TestWatchEndsWithItsContext(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") // takes connections, and never answers
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	debugger := Debugger{Port: listener.Addr().(*net.TCPAddr).Port}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	began := time.Now()
	debugger.Monitor(os.Getpid()).Watch(ctx, time.Millisecond, func(status Status) {
		if status.State != Starting {
			t.Errorf("%+v", status)
		}
	})
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestADlvThatCannotStartIsGone(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	debugger := Debugger{Path: delvetest.Path(t), Port: listener.Addr().(*net.TCPAddr).Port}
	s := watch(t, debugger, debugger.Exec(delvetest.Build(t, counter), nil))
	s.until(Gone)
	<-s.dlv.ended
	wantFailure(t, debugger.Explain(s.dlv.output.String()), termination.DelveFailed, "spec.debug.port", "address already in use")
}

func TestAttachAndDetach(t *testing.T) {
	// Given
	program := start(t, delvetest.Build(t, counter))
	until(t, "work", func() bool { return strings.Contains(program.output.String(), "worked") })
	debugger := Debugger{Path: delvetest.Path(t), Port: freePort(t)}
	s := watch(t, debugger, debugger.Attach(program.Process.Pid))

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
	program := start(t, delvetest.Build(t, counter))
	debugger := Debugger{Path: delvetest.Path(t), Port: freePort(t)}
	until(t, "work", func() bool { return strings.Contains(program.output.String(), "worked") })
	s := watch(t, debugger, debugger.Attach(program.Process.Pid))
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

func TestConnections(t *testing.T) {
	const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:9C40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   1: 0100007F:9C40 0100007F:AAAA 01 00000000:00000000 00:00000000 00000000     0        0 2 1 0 20 0 0 10 -1
   2: 0100007F:AAAA 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 3 1 0 20 0 0 10 -1
   3: 0100007F:9C40 0100007F:BBBB 01 00000000:00000000 00:00000000 00000000     0        0 4 1 0 20 0 0 10 -1
   4: 0100007F:9C40 0100007F:CCCC 06 00000000:00000000 00:00000000 00000000     0        0 5 1 0 20 0 0 10 -1
   5: 0000000000000000FFFF00000100007F:9C40 0000000000000000FFFF00000100007F:DDDD 01 00000000:00000000 00:00000000 00000000 0 0 6
   6: torn
`
	if got := connections(table, 40000, 0xBBBB); got != 2 {
		t.Errorf("got %d", got)
	}
}
