package delve

import (
	"context"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"godev.io/runtime/internal/cgroup"
	"godev.io/runtime/internal/delvetest"
	"godev.io/runtime/internal/supervise"
	"godev.io/runtime/internal/termination"
)

// supervised is a program that godevd's supervisor runs under dlv.
type supervised struct {
	t        *testing.T
	debugger Debugger
	session  *Session
	output   log
	signals  chan os.Signal
	ended    chan termination.Message

	mu     sync.Mutex
	states []State
	errs   []error
}

// newSupervised returns what is to run a program under a session.
func newSupervised(t *testing.T, dlv string, port int) *supervised {
	t.Helper()
	s := &supervised{t: t, debugger: Debugger{Path: dlv, Port: port}, signals: make(chan os.Signal, 1), ended: make(chan termination.Message, 1)}
	s.session = s.debugger.NewSession(func(status Status, err error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.states, s.errs = append(s.states, status.State), append(s.errs, err)
	})
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(s.output.String())
		}
	})
	return s
}

// under is the program under something, with the arguments that it says it has.
func (s *supervised) under(under supervise.Under, program string) supervise.Program {
	return supervise.Program{
		Path: program, Args: []string{"-a", "b c"}, Under: under, Dir: s.t.TempDir(), Env: os.Environ(), Grace: 20 * time.Second,
		Memory: cgroup.Memory(s.t.TempDir()), Stable: time.Hour, Stdout: &s.output, Stderr: &s.output, Log: &s.output,
	}
}

func runUnder(t *testing.T, program string, port int) *supervised {
	t.Helper()
	s := newSupervised(t, delvetest.Path(t), port)
	p := s.under(s.session, program)
	go func() { s.ended <- p.Run(s.signals) }()
	return s
}

// program is the process id of what says that it worked.
func (s *supervised) program() int {
	s.t.Helper()
	text := s.output.String()
	_, rest, found := strings.Cut(text[strings.LastIndex(text, "process ")+1:], "rocess ")
	id, _, _ := strings.Cut(rest, "\n")
	pid, err := strconv.Atoi(id)
	if !found || err != nil {
		s.t.Fatalf("no process id: %v in %q", err, text)
	}
	return pid
}

// last is the newest status told.
func (s *supervised) last() (State, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.states) == 0 {
		return "", nil
	}
	return s.states[len(s.states)-1], s.errs[len(s.errs)-1]
}

func (s *supervised) until(state State) {
	s.t.Helper()
	until(s.t, string(state), func() bool {
		last, _ := s.last()
		return last == state
	})
}

// count has a program count under dlv.
func count(t *testing.T) *supervised {
	t.Helper()
	s := runUnder(t, delvetest.Build(t, delvetest.Counter, "-gcflags=all=-N -l"), freePort(t))
	s.until(Running)
	return s
}

// pause connects to dlv and stops the program.
func (s *supervised) pause() *delvetest.Client {
	s.t.Helper()
	client := delvetest.Connect(s.t, s.debugger.address())
	client.Do("Command", map[string]any{"name": "halt"}, nil)
	s.until(Paused)
	return client
}

func (s *supervised) end() termination.Message {
	s.t.Helper()
	select {
	case message := <-s.ended:
		return message
	case <-time.After(20 * time.Second):
		s.t.Fatal("it does not end")
		return termination.Message{}
	}
}

func (s *supervised) free() {
	s.t.Helper()
	listener, err := net.Listen("tcp", s.debugger.address())
	if err != nil {
		s.t.Fatal(err)
	}
	_ = listener.Close()
}

func TestARunUnderDlvEndsAsOneWithoutIt(t *testing.T) {
	tests := map[string]struct {
		body   string
		reason termination.Reason
		code   int
		signal string
		says   string
	}{
		"well":         {`println("done")`, termination.Completed, 0, "", "done"},
		"with a code":  {`os.Exit(3)`, termination.Crashed, 3, "", ""},
		"by a panic":   {`panic("out of cheese")`, termination.Crashed, 2, "", "panic: out of cheese"},
		"by a signal":  {`syscall.Kill(os.Getpid(), syscall.SIGKILL); select {}`, termination.Crashed, 137, "killed", ""},
		"by its group": {`syscall.Kill(0, syscall.SIGKILL); select {}`, termination.Crashed, 137, "killed", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			source := "package main\n\nimport (\n\t\"os\"\n\t\"syscall\"\n)\n\nvar _, _ = os.Exit, syscall.Kill\n\nfunc main() { " + test.body + " }\n"
			s := runUnder(t, delvetest.Build(t, source, "-gcflags=all=-N -l"), freePort(t))
			got := s.end()
			if got.Reason != test.reason || got.ExitCode != test.code || got.Signal != test.signal {
				t.Errorf("got %+v", got)
			}
			if !strings.Contains(s.output.String(), test.says) {
				t.Errorf("it did not say %q", test.says)
			}
			s.free()
		})
	}
}

func TestAProgramUnderDlvHasItsGraceToEnd(t *testing.T) {
	s := count(t)
	until(t, "the arguments", func() bool { return strings.Contains(s.output.String(), "arguments [-a b c]") })

	s.signals <- syscall.SIGTERM
	began := time.Now()
	got := s.end()

	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("it took %v to see the end", took)
	}
	if got.Reason != termination.Stopped || got.ExitCode != 7 || !strings.Contains(s.output.String(), "bye") {
		t.Errorf("got %+v", got)
	}
	s.free()
}

func TestAPausedProgramIsEndedWithDlv(t *testing.T) {
	// Given
	s := count(t)
	s.pause()
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	if err := s.session.Ready(ctx); err == nil {
		t.Error("a paused program may be replaced")
	}

	// When
	s.signals <- syscall.SIGTERM
	began := time.Now()
	got := s.end()

	// Then
	if took := time.Since(began); took > 5*time.Second || got.Reason != termination.Stopped {
		t.Errorf("after %v: %+v", took, got)
	}
	if err := s.session.Ready(context.Background()); err != nil {
		t.Error(err)
	}
	s.free()
}

// A user who came while the program was loaded is served the moment it runs.
func TestAHaltThatWaitedForTheProgramHaltsIt(t *testing.T) {
	// Given
	port := freePort(t)
	s := newSupervised(t, delvetest.Path(t), port)
	program, _ := s.hindered(func(dlv []string) []string {
		return append([]string{"/bin/sh", "-c", `sleep 0.2; exec "$@"`, "sh"}, dlv...)
	})
	go func() { s.ended <- program.Run(s.signals) }()
	until(t, "the port", func() bool {
		conn, err := net.Dial("tcp", s.debugger.address())
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})
	client := delvetest.Connect(t, s.debugger.address())

	// When
	client.Do("Command", map[string]any{"name": "halt"}, nil)

	// Then
	s.until(Paused)
	seen := s.output.String()
	time.Sleep(100 * time.Millisecond)
	if now := s.output.String(); now != seen {
		t.Errorf("it goes on: %s", strings.TrimPrefix(now, seen))
	}
	client.Begin("Command", map[string]any{"name": "continue"})
	s.until(Running)
	s.signals <- syscall.SIGTERM
	s.end()
}

func TestReadyWaitsUntilThePauseIsOver(t *testing.T) {
	s := count(t)
	client := s.pause()
	ready := make(chan error)
	go func() { ready <- s.session.Ready(context.Background()) }()
	select {
	case err := <-ready:
		t.Fatalf("ready while the program is paused: %v", err)
	case <-time.After(200 * time.Millisecond):
	}

	client.Begin("Command", map[string]any{"name": "continue"})
	if err := <-ready; err != nil {
		t.Error(err)
	}
	if state, _ := s.last(); state != Paused && state != Running {
		t.Error(state)
	}
	s.signals <- syscall.SIGTERM
	s.end()
}

func TestAPauseThatNobodyLooksAtHoldsUpNothing(t *testing.T) {
	s := count(t)
	client := s.pause()
	ready := make(chan error)
	go func() { ready <- s.session.Ready(context.Background()) }()

	client.Close()
	if err := <-ready; err != nil {
		t.Error(err)
	}
	if state, _ := s.last(); state != Paused {
		t.Error(state)
	}
	s.signals <- syscall.SIGTERM
	s.end()
}

func TestAClientThatEndsItsSessionEndsTheRun(t *testing.T) {
	s := count(t)
	client := s.pause()
	client.Begin("Detach", map[string]any{"Kill": true})
	if got := s.end(); got.Reason != termination.Crashed || got.Signal != "killed" {
		t.Errorf("got %+v", got)
	}
}

func TestDlvThatIsKilledTakesTheProgramAlong(t *testing.T) {
	s := count(t)
	until(t, "work", func() bool { return strings.Contains(s.output.String(), "worked") })
	program := s.program()
	_, dlv := status(program)
	if err := syscall.Kill(dlv, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if got := s.end(); got.Reason != termination.Crashed || got.Signal != "killed" {
		t.Errorf("got %+v", got)
	}
	until(t, "the program's end", func() bool { return !alive(program) })
}

func TestAProgramDelveDoesNotSupportRunsWithoutIt(t *testing.T) {
	program := delvetest.Build(t, delvetest.Counter)
	aged(t, program)
	s := runUnder(t, program, freePort(t))
	until(t, "work", func() bool { return strings.Contains(s.output.String(), "worked") })
	state, err := s.last()
	wantFailure(t, err, termination.DelveUnsupportedGo, "spec.go.version")
	if state != Gone {
		t.Error(state)
	}
	s.signals <- syscall.SIGTERM
	if got := s.end(); got.Reason != termination.Stopped || got.ExitCode != 7 {
		t.Errorf("got %+v", got)
	}
}

func TestAPortThatIsTakenIsToldAndTheProgramRunsWithoutDlv(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	s := runUnder(t, delvetest.Build(t, delvetest.Counter), listener.Addr().(*net.TCPAddr).Port)
	until(t, "work", func() bool { return strings.Contains(s.output.String(), "worked") })
	_, err = s.last()
	wantFailure(t, err, termination.DelveFailed, "spec.debug.port", "address already in use")
	s.signals <- syscall.SIGTERM
	s.end()
}
