package cli

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"godev.io/runtime/internal/delve"
	"godev.io/runtime/internal/delvetest"
	"godev.io/runtime/internal/report"
	"godev.io/runtime/internal/termination"
)

// counting is a module of a program that counts, and ends with 7 when it is asked to.
var counting = map[string]string{"go.mod": "module example.com/x\n\ngo 1.25\n", "main.go": delvetest.Counter}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

func freeAddress(t *testing.T) string {
	t.Helper()
	return fmt.Sprintf("127.0.0.1:%d", freePort(t))
}

func TestRunUnderTheDebugger(t *testing.T) {
	// Given
	p := newPod(t, counting)
	port := freePort(t)
	args := append([]string{"run", "--debug-port", strconv.Itoa(port), "--dlv", delvetest.Path(t)}, p.programFlags()...)
	command := p.start(args...)
	p.stdout.wait(t, "worked", 1)
	client := delvetest.Connect(t, fmt.Sprintf("127.0.0.1:%d", port))

	// When
	client.Do("Command", map[string]any{"name": "halt"}, nil)
	client.Do("CreateBreakpoint", map[string]any{"Breakpoint": map[string]any{"file": filepath.Join(p.workspace, "main.go"), "line": delvetest.Returning}}, nil)
	client.Do("Command", map[string]any{"name": "continue"}, nil)

	// Then
	var locals struct {
		Variables []struct{ Name, Value string }
	}
	client.Do("ListLocalVars", map[string]any{"Scope": map[string]any{"GoroutineID": -1}, "Cfg": map[string]any{}}, &locals)
	if len(locals.Variables) != 1 || locals.Variables[0].Name != "square" || locals.Variables[0].Value == "0" {
		t.Errorf("%+v", locals)
	}
	client.Do("ClearBreakpoint", map[string]any{"Id": 1}, nil)
	client.Begin("Command", map[string]any{"name": "continue"})
	seen := strings.Count(p.stdout.String(), "worked")
	p.stdout.wait(t, "worked", seen+10)
	if err := command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	code, message := p.end(command)
	p.want(code, message, exitStopped, termination.PhaseRun, termination.Stopped, "exit code 7")
}

func TestRunAttachesTheDebuggerOnRequest(t *testing.T) {
	// Given
	if listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 40000)); err != nil {
		t.Fatal(err)
	} else {
		_ = listener.Close()
	}
	p := newPod(t, counting)
	requests := filepath.Join(p.dir, "requests")
	if err := os.Mkdir(requests, 0o755); err != nil {
		t.Fatal(err)
	}
	command := p.start(append([]string{"run", "--requests", requests, "--dlv", delvetest.Path(t)}, p.programFlags()...)...)
	p.stdout.wait(t, "worked", 1)

	// When
	if err := os.WriteFile(filepath.Join(requests, "debug"), []byte(attachRequest), 0o644); err != nil {
		t.Fatal(err)
	}

	// Then
	p.stderr.wait(t, "API server listening", 1)
	client := delvetest.Connect(t, fmt.Sprintf("127.0.0.1:%d", 40000))
	client.AwaitRunning()
	client.Do("Command", map[string]any{"name": "halt"}, nil)

	// and when the request is withdrawn the program goes on
	if err := os.WriteFile(filepath.Join(requests, "debug"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	seen := strings.Count(p.stdout.String(), "worked")
	p.stdout.wait(t, "worked", seen+10)
	if err := command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	code, message := p.end(command)
	p.want(code, message, exitStopped, termination.PhaseRun, termination.Stopped, "exit code 7")
}

func TestWhatIsToldOfTheDebugger(t *testing.T) {
	plain, debug := delvetest.Build(t, counting["main.go"]), delvetest.Build(t, counting["main.go"], "-gcflags=all=-N -l")
	refused := &termination.Failure{Reason: termination.DelveUnsupportedGo, Detail: "too old"}
	failed := &termination.Failure{Reason: termination.DelveFailed, Detail: "port taken"}
	tests := map[string]struct {
		program string
		status  delve.Status
		err     error
		want    report.Debugger
		detail  string
		active  bool
	}{
		"listening": {debug, delve.Status{State: delve.Running}, nil, report.Debugger{State: debuggerListening}, "", false},
		"attached":  {debug, delve.Status{State: delve.Running, Clients: 1}, nil, report.Debugger{State: debuggerAttached}, "", true},
		"optimized": {plain, delve.Status{State: delve.Running}, nil, report.Debugger{State: debuggerListening}, "optimizations", false},
		"paused":    {debug, delve.Status{State: delve.Paused, Clients: 1}, nil, report.Debugger{State: debuggerPaused}, "breakpoint", true},
		"left":      {debug, delve.Status{State: delve.Paused}, nil, report.Debugger{State: debuggerPaused}, "no debugger is connected", true},
		"panic":     {debug, delve.Status{State: delve.Paused, Panicking: true, Clients: 1}, nil, report.Debugger{State: debuggerPaused}, "panic", true},
		"refused":   {debug, delve.Status{State: delve.Gone}, refused, report.Debugger{State: debuggerRefused, Reason: "DelveUnsupportedGo"}, "too old", false},
		"failed":    {debug, delve.Status{State: delve.Gone}, failed, report.Debugger{State: debuggerFailed, Reason: "DelveFailed"}, "port taken", false},
		"unknown":   {debug, delve.Status{State: delve.Gone}, errors.New("odd"), report.Debugger{State: debuggerFailed, Reason: "DelveFailed"}, "odd", false},
		"between":   {debug, delve.Status{State: delve.Exited}, nil, report.Debugger{State: debuggerListening}, "", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got report.State
			teller := &debuggerTeller{update: func(change func(*report.State)) { change(&got) }, program: test.program, idle: debuggerListening}
			teller.tell(test.status, test.err)
			if !strings.Contains(got.Debugger.Detail, test.detail) || test.detail == "" && got.Debugger.Detail != "" {
				t.Errorf("detail %q", got.Debugger.Detail)
			}
			got.Debugger.Detail = ""
			if got.Debugger != test.want || test.active != (time.Since(got.Activity) < time.Minute) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestTraceableBecomesTheProgram(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		code int
		says string
	}{
		"a program":    {[]string{"/bin/sh", "-c", "echo $0 $PPID; exit 5", "named"}, 5, fmt.Sprintf("named %d\n", os.Getpid())},
		"a folder":     {[]string{os.TempDir()}, exitFailed, "is a directory"},
		"nothing":      {nil, exitUsage, "the program is missing"},
		"none by name": {[]string{"/nowhere/program"}, exitFailed, "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPod(t, nil)
			command := p.start(append([]string{delve.TraceableVerb}, test.args...)...)
			_ = command.Wait()
			if code := command.ProcessState.ExitCode(); code != test.code {
				t.Errorf("exit code %d", code)
			}
			if said := p.stdout.String() + p.stderr.String(); !strings.Contains(said, test.says) {
				t.Errorf("it says %q", said)
			}
		})
	}
}
