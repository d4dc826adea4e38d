package delve

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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

// attachable is a supervised program that dlv may be attached to.
type attachable struct {
	*supervised
	attacher *Attacher
}

func runBeside(t *testing.T, dlv string) *attachable {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s := &supervised{t: t, debugger: Debugger{Path: dlv, Port: freePort(t)}, signals: make(chan os.Signal, 1), ended: make(chan termination.Message, 1)}
	a := &attachable{s, s.debugger.NewAttacher(func(status Status, err error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.states, s.errs = append(s.states, status.State), append(s.errs, err)
	})}
	a.attacher.Env, a.attacher.Log, a.attacher.Runtime = os.Environ(), &s.output, self
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() { a.attacher.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		done.Wait()
	})
	p := supervise.Program{
		Path: delvetest.Build(t, delvetest.Counter), Under: a.attacher, Dir: t.TempDir(), Env: os.Environ(), Grace: 20 * time.Second,
		Memory: cgroup.Memory(t.TempDir()), Backoff: []time.Duration{time.Millisecond}, Stable: time.Hour,
		Stdout: &s.output, Stderr: &s.output, Log: &s.output,
	}
	go func() { s.ended <- p.Run(s.signals) }()
	until(t, "work", func() bool { return strings.Contains(s.output.String(), "worked") })
	return a
}

func (a *attachable) pid() int {
	a.attacher.mu.Lock()
	defer a.attacher.mu.Unlock()
	return a.attacher.pid
}

func TestDlvIsAttachedWhileThatIsWanted(t *testing.T) {
	// Given
	a := runBeside(t, delvetest.Path(t))
	pid := a.pid()
	if state, _ := a.last(); state != "" {
		t.Fatalf("nobody wants it, and it is %s", state)
	}

	// When
	a.attacher.Want(true)
	a.until(Running)
	delvetest.Connect(t, a.debugger.address()).Do("Command", map[string]any{"name": "halt"}, nil)
	a.until(Paused)
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	if err := a.attacher.Ready(ctx); err == nil {
		t.Error("a paused program may be replaced")
	}
	a.attacher.Want(false)
	a.until(Gone)
	if err := a.attacher.Ready(context.Background()); err != nil {
		t.Error(err)
	}

	// Then
	worked := strings.Count(a.output.String(), "worked")
	until(t, "more work", func() bool { return strings.Count(a.output.String(), "worked") > worked+5 })
	if a.pid() != pid {
		t.Error("the program was started again")
	}
	a.free()

	// and once more
	a.attacher.Want(true)
	a.until(Running)
	a.signals <- syscall.SIGTERM
	if got := a.end(); got.Reason != termination.Stopped || got.ExitCode != 7 {
		t.Errorf("got %+v", got)
	}
}

func TestAProgramThatIsPausedByAnAttachedDlvEnds(t *testing.T) {
	a := runBeside(t, delvetest.Path(t))
	a.attacher.Want(true)
	a.until(Running)
	delvetest.Connect(t, a.debugger.address()).Do("Command", map[string]any{"name": "halt"}, nil)
	a.until(Paused)
	a.signals <- syscall.SIGTERM
	began := time.Now()
	if got := a.end(); got.Reason != termination.Stopped || got.ExitCode != 7 || time.Since(began) > 5*time.Second {
		t.Errorf("after %v: %+v", time.Since(began), got)
	}
}

func TestDlvIsAttachedToTheNextRunToo(t *testing.T) {
	a := runBeside(t, delvetest.Path(t))
	a.attacher.Want(true)
	a.until(Running)
	first := a.pid()
	if err := syscall.Kill(first, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	until(t, "another run that is traced", func() bool {
		pid := a.pid()
		_, tracer := status(pid)
		return pid != 0 && pid != first && tracer != 0
	})
	a.until(Running)
	a.signals <- syscall.SIGTERM
	a.end()
}

func TestAClientThatDetachesFindsDlvAgain(t *testing.T) {
	a := runBeside(t, delvetest.Path(t))
	pid := a.pid()
	a.attacher.Want(true)
	a.until(Running)
	client := delvetest.Connect(t, a.debugger.address())
	client.Do("Command", map[string]any{"name": "halt"}, nil)
	client.Begin("Detach", map[string]any{"Kill": false})
	until(t, "the end of the session", func() bool {
		a.mu.Lock()
		defer a.mu.Unlock()
		return slices.Contains(a.states, Gone)
	})
	a.until(Running)
	if a.pid() != pid {
		t.Error("the program was started again")
	}
	a.signals <- syscall.SIGTERM
	a.end()
}

func TestAnAttachThatTheKernelForbidsIsToldOnce(t *testing.T) {
	// Given
	dlv := filepath.Join(t.TempDir(), "dlv")
	count := filepath.Join(t.TempDir(), "count")
	script := "#!/bin/sh\necho x >> " + count + "\necho \"could not attach to pid $2: operation not permitted\" >&2\nexit 1\n"
	if err := os.WriteFile(dlv, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	a := runBeside(t, dlv)

	// When
	a.attacher.Want(true)
	until(t, "the refusal", func() bool { _, err := a.last(); return err != nil })
	a.attacher.Want(true)

	// Then
	_, err := a.last()
	wantFailure(t, err, termination.PtraceForbidden, "spec.debug.mode to Delve")
	worked := strings.Count(a.output.String(), "worked")
	until(t, "more work", func() bool { return strings.Count(a.output.String(), "worked") > worked+5 })
	if tries, _ := os.ReadFile(count); len(tries) != len("x\n") {
		t.Errorf("%d tries", len(tries)/2)
	}
	a.attacher.Want(false)
	until(t, "the end of the refusal", func() bool { _, err := a.last(); return err == nil })
	a.signals <- syscall.SIGTERM
	a.end()
}

func TestAProgramThatHasToAskForItIsTraceable(t *testing.T) {
	// Given
	scope(t, "1")

	// When
	a := runBeside(t, delvetest.Path(t))

	// Then
	if path, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", a.pid())); err != nil || filepath.Base(path) != "x" {
		t.Errorf("the process is %s, %v", path, err)
	}
	a.attacher.Want(true)
	a.until(Running)
	a.signals <- syscall.SIGTERM
	if got := a.end(); got.Reason != termination.Stopped || got.ExitCode != 7 {
		t.Errorf("got %+v", got)
	}
}

func TestWhereItNeedNotAskTheProgramIsStartedAsItIs(t *testing.T) {
	attacher := Debugger{}.NewAttacher(nil)
	attacher.Runtime = "/godev/godevd"
	for value, want := range map[string]string{"0": "[/x -a]", "1": "[/godev/godevd traceable /x -a]", "2": "[/x -a]", "3": "[/x -a]"} {
		scope(t, value)
		if got := fmt.Sprint(attacher.Begin("/x", []string{"-a"}).Command()); got != want {
			t.Errorf("scope %s: %s", value, got)
		}
	}
}
