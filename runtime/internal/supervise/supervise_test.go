package supervise

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"godev.io/runtime/internal/cgroup"
	"godev.io/runtime/internal/termination"
)

func program(t *testing.T, script string) *Program {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return &Program{
		Path: path, Dir: filepath.Dir(path), Env: os.Environ(), Grace: 10 * time.Second, Memory: cgroup.Memory(t.TempDir()),
		Backoff: []time.Duration{time.Millisecond, time.Millisecond}, Stable: time.Hour,
		Stdout: io.Discard, Stderr: io.Discard, Log: io.Discard,
	}
}

// stopAfter asks the program to stop when it was restarted so many times.
type stopAfter struct {
	restarts int
	signals  chan os.Signal
}

func (s *stopAfter) Write(p []byte) (int, error) {
	if s.restarts--; s.restarts == 0 {
		s.signals <- syscall.SIGTERM
	}
	return len(p), nil
}

func TestAProgramThatRanWellStartsCountingCrashesAgain(t *testing.T) {
	p := program(t, "exit 1")
	p.Stable = 1 // every run is long enough
	signals := make(chan os.Signal, 1)
	p.Log = &stopAfter{10, signals}
	if got := p.Run(signals); got.Reason != termination.Stopped {
		t.Errorf("gave up: %+v", got)
	}

	p.Stable = time.Hour
	p.Log = &stopAfter{10, signals}
	if got := p.Run(signals); got.Reason != termination.Crashed {
		t.Errorf("did not give up: %+v", got)
	}
}

func TestALimitThatWasRaisedCountsAtTheNextStart(t *testing.T) {
	root := t.TempDir()
	limit := filepath.Join(root, "memory.max")
	if err := os.WriteFile(limit, []byte("1000000\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	p := program(t, "echo $GOMEMLIMIT; echo 2000000 > "+limit+"; exit 1")
	var out bytes.Buffer
	p.Stdout, p.Memory, p.MemoryLimitPercent = &out, cgroup.Memory(root), 90
	p.Run(nil)
	if got, want := out.String(), "900000\n1800000\n1800000\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTail(t *testing.T) {
	var kept tail
	out, err := kept.stream(), kept.stream()
	for i := range 30 {
		_, _ = out.Write([]byte{byte('a' + i%26), '\n'})
	}
	_, _ = err.Write([]byte("half "))
	_, _ = out.Write([]byte(strings.Repeat("ü", 5000) + "\r\n"))
	_, _ = err.Write([]byte("and half"))
	lines := kept.last()
	if len(lines) != tailLines || lines[tailLines-1] != "half and half" || lines[tailLines-2] != strings.Repeat("ü", tailWidth/2) || lines[tailLines-3] != "d" {
		t.Errorf("%d lines: %q", len(lines), lines)
	}
	if !slices.Equal(kept.last(), lines) {
		t.Error("asked again, the answer is another")
	}
}
