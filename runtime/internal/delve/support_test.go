package delve

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"godev.io/runtime/internal/delvetest"
	"godev.io/runtime/internal/termination"
)

func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == TraceableVerb {
		// the kernel keeps what is asked for with the first thread, which is the process
		if unix.Gettid() != os.Getpid() {
			fmt.Fprintln(os.Stderr, "not the first thread")
			os.Exit(3)
		}
		fmt.Fprintln(os.Stderr, ExecTraceable(os.Args[2:], os.Environ()))
		os.Exit(4)
	}
	if len(os.Args) > 2 && os.Args[1] == withoutPtrace {
		fmt.Fprintln(os.Stderr, execWithoutPtrace(os.Args[2:]))
		os.Exit(4)
	}
	code := m.Run()
	delvetest.Remove()
	os.Exit(code)
}

// wantFailure fails the test unless err is a failure of that reason whose detail has the texts.
func wantFailure(t *testing.T, err error, reason termination.Reason, texts ...string) {
	t.Helper()
	var failure *termination.Failure
	if !errors.As(err, &failure) || failure.Reason != reason {
		t.Fatalf("got %v, want %s", err, reason)
	}
	for _, text := range texts {
		if !strings.Contains(failure.Detail, text) {
			t.Errorf("%q does not say %q", failure.Detail, text)
		}
	}
}

func TestSupportedIsWhatDelvesOwnTableSays(t *testing.T) {
	// Given
	debugger := Debugger{Path: delvetest.Path(t)}
	list := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module)
	list.Dir = delvetest.Module()
	dir, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "pkg", "goversion", "compat.go"))
	if err != nil {
		t.Fatal(err)
	}
	constant := func(name string) int {
		match := regexp.MustCompile(name + `\s*= (\d+)`).FindSubmatch(source)
		if match == nil {
			t.Fatalf("Delve has no %s any more", name)
		}
		number, _ := strconv.Atoi(string(match[1]))
		return number
	}

	// When
	got, err := debugger.Supported()

	// Then
	want := Versions{constant("MinSupportedVersionOfGoMinor"), constant("MaxSupportedVersionOfGoMinor")}
	if err != nil || got != want {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
}

func TestVersions(t *testing.T) {
	versions := Versions{25, 27}
	for name, want := range map[string]bool{
		"go1.24.9": false, "go1.25rc1": true, "go1.25": true, "go1.26.3": true, "go1.27.99": true, "go1.28rc1": false,
		"go2.26": false, "go1.26.1-vendor": true, "1.26": false, "": false,
	} {
		if got := versions.Contains(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}

const hello = `package main

func main() { println("hello") }
`

func TestCheckAcceptsAProgramOfThisGo(t *testing.T) {
	if err := (Debugger{Path: delvetest.Path(t)}).Check(delvetest.Build(t, hello)); err != nil {
		t.Error(err)
	}
}

func TestCheckRefusesAProgramOfAGoDelveDoesNotKnow(t *testing.T) {
	// Given
	debugger := Debugger{Path: delvetest.Path(t), Port: freePort(t)}
	program := delvetest.Build(t, hello, "-ldflags=-compressdwarf=false")
	aged(t, program)

	// When
	err := debugger.Check(program)

	// Then
	wantFailure(t, err, termination.DelveUnsupportedGo, "spec.go.version", "go1.19.", "1.25 to 1.27", "spec.debug.mode")
	// and dlv itself is of the same mind
	output, _ := exec.Command(debugger.Path, execArgs(filepath.Join(t.TempDir(), "dlv"), program, nil)...).CombinedOutput()
	for _, explained := range []error{debugger.Explain(string(output)), debugger.explainExec(0, string(output))} {
		wantFailure(t, explained, termination.DelveUnsupportedGo, "spec.go.version", "go1.19.", "spec.debug.mode")
	}
}

// aged makes the program one that an older Go of a name as long has built.
func aged(t *testing.T, program string) {
	t.Helper()
	content, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	now := runtime.Version()
	old := "go1.19." + strings.Repeat("9", len(now)-len("go1.19."))
	if err := os.WriteFile(program, bytes.ReplaceAll(content, []byte(now), []byte(old)), 0o755); err != nil {
		t.Fatal(err)
	}
}

func TestCheckSaysWhatIsMissing(t *testing.T) {
	dir := t.TempDir()
	script := filepath.Join(dir, "script")
	if err := os.WriteFile(script, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	real, none := Debugger{Path: delvetest.Path(t)}, Debugger{Path: filepath.Join(dir, "none")}
	other := Debugger{Path: delvetest.Build(t, hello)}

	wantFailure(t, none.Check(script), termination.DelveFailed, "spec.debug.mode", "no such file")
	wantFailure(t, other.Check(script), termination.DelveFailed, "does not say which version")
	wantFailure(t, real.Check(script), termination.DelveFailed, "built by Go")
}

func TestNotes(t *testing.T) {
	tests := map[string]struct {
		flags []string
		want  []string
	}{
		"for debugging":  {[]string{"-gcflags=all=-N -l"}, nil},
		"as it comes":    {nil, []string{"optimizations"}},
		"only one of it": {[]string{"-gcflags=-N"}, []string{"optimizations"}},
		"no paths":       {[]string{"-gcflags=all=-N -l", "-trimpath"}, []string{"-trimpath"}},
		"stripped":       {[]string{"-gcflags=all=-N -l", "-ldflags=-s -w"}, []string{"-s or -w"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := Notes(delvetest.Build(t, hello, test.flags...))
			if len(got) != len(test.want) {
				t.Fatalf("got %q", got)
			}
			for i, want := range test.want {
				if !strings.Contains(got[i], want) {
					t.Errorf("got %q, want %q", got[i], want)
				}
			}
		})
	}
}

func TestExplain(t *testing.T) {
	debugger := Debugger{Path: delvetest.Path(t), Port: 40000}
	scope(t, "1")
	tests := map[string]struct {
		output string
		reason termination.Reason
		texts  []string
	}{
		"Yama": {`Could not attach to pid 7: this could be caused by a kernel security setting, try writing "0" to /proc/sys/kernel/yama/ptrace_scope`,
			termination.PtraceForbidden, []string{"godev.io/debug", "ptrace_scope is 1", "spec.debug.mode to Delve"}},
		"seccomp": {"could not attach to pid 7: operation not permitted", termination.PtraceForbidden, []string{"spec.debug.mode to Delve"}},
		"traced":  {"could not attach to pid 7: already being debugged by pid 9", termination.DelveFailed, []string{"process 9"}},
		"too new": {"Version of Delve is too old for Go version 1.99.1 (maximum supported version 1.27, suppress this error with --check-go-version=false)",
			termination.DelveUnsupportedGo, []string{"go1.99.1", "spec.go.version", "spec.debug.mode"}},
		"other":   {"API server listening at: 127.0.0.1:40000\nno such thing\n", termination.DelveFailed, []string{"godev.io/debug", "no such thing", "set it again"}},
		"nothing": {"", termination.DelveFailed, []string{"said nothing"}},
	}
	for scopes, detail := range map[string]string{
		"0": "Set spec.debug.mode to Delve", "1": "Set spec.debug.mode to Delve",
		"2": "with spec.debug.mode: Delve neither. Set it to 1 on the node", "3": "ptrace_scope is 3",
	} {
		scope(t, scopes)
		wantFailure(t, debugger.Explain("could not attach to pid 7: operation not permitted"), termination.PtraceForbidden, detail)
	}
	scope(t, "1")
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			wantFailure(t, debugger.Explain(test.output), test.reason, test.texts...)
		})
	}
}

// scope makes Yama's setting another one for the test.
func scope(t *testing.T, value string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ptrace_scope")
	if err := os.WriteFile(file, []byte(value+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	before := yamaScope
	yamaScope = file
	t.Cleanup(func() { yamaScope = before })
}
