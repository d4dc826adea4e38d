package delve

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"godev.io/runtime/internal/delvetest"
	"godev.io/runtime/internal/supervise"
	"godev.io/runtime/internal/termination"
)

// keep runs the program under dlv as the inner loop does, which replaces it.
func keep(t *testing.T, dlv string) (*supervised, *supervise.Keeper) {
	t.Helper()
	s := newSupervised(t, dlv, freePort(t))
	program := s.under(s.session, delvetest.Build(t, delvetest.Counter, "-gcflags=all=-N -l"))
	k := supervise.NewKeeper(program, func(supervise.Status) {})
	go func() { s.ended <- k.Keep(s.signals, true) }()
	s.until(Running)
	s.works(1)
	return s, k
}

// works waits until so many programs have begun, and the last one works.
func (s *supervised) works(programs int) {
	s.t.Helper()
	until(s.t, fmt.Sprintf("%d programs", programs), func() bool {
		text := s.output.String()
		last := text[max(0, strings.LastIndex(text, "process ")):]
		return strings.Count(text, "process ") == programs && strings.Contains(last, "worked")
	})
}

func (s *supervised) stop() {
	s.t.Helper()
	s.signals <- syscall.SIGTERM
	if got := s.end(); got.Reason != termination.Stopped {
		s.t.Errorf("got %+v", got)
	}
	s.free()
	if left := debuggers(s.t, s.debugger.Path); len(left) > 0 {
		s.t.Errorf("left over: %v", left)
	}
}

// debuggers are the dlv processes of this test's process.
func debuggers(t *testing.T, dlv string) []int {
	t.Helper()
	var found []int
	links, err := filepath.Glob("/proc/[0-9]*/exe")
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range links {
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(link)))
		if path, err := os.Readlink(link); err == nil && path == dlv && parent(pid) == os.Getpid() && alive(pid) {
			found = append(found, pid)
		}
	}
	return found
}

func parent(pid int) int {
	content, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, rest, _ := strings.Cut(string(content), "PPid:\t")
	line, _, _ := strings.Cut(rest, "\n")
	id, _ := strconv.Atoi(line)
	return id
}

func TestTheNextProgramIsLoadedWhileTheOldOneRuns(t *testing.T) {
	// Given
	s, k := keep(t, delvetest.Path(t))
	old := s.program()
	client := delvetest.Connect(t, s.debugger.address())
	until(t, "a client", func() bool { return s.session.relay.clients() == 1 })

	// When
	asked := 0
	err := k.Replace(t.Context(), func(context.Context) error {
		asked++
		if !alive(old) || len(debuggers(t, s.debugger.Path)) != 2 || strings.Count(s.output.String(), "process ") != 1 {
			t.Error("the next program is not loaded, or runs already")
		}
		return nil
	})

	// Then
	if err != nil || asked != 1 {
		t.Fatal(err, asked)
	}
	s.works(2)
	if alive(old) {
		t.Error("the old program is there")
	}
	closed := client.Begin("State", map[string]any{"NonBlocking": true})
	select {
	case <-closed.Done:
		if closed.Error == nil {
			t.Error("the old session answers")
		}
	case <-time.After(5 * time.Second):
		t.Error("the old session's connection is open")
	}
	until(t, "nobody connected", func() bool { return s.session.relay.clients() == 0 })
	s.pause().Begin("Command", map[string]any{"name": "continue"})
	s.until(Running)
	if _, err := s.last(); err != nil {
		t.Error(err)
	}
	s.stop()
}

func TestAPauseWhileTheNextProgramIsLoadedDefersIt(t *testing.T) {
	s, k := keep(t, delvetest.Path(t))
	paused, done := make(chan *delvetest.Client), make(chan error)
	go func() {
		done <- k.Replace(t.Context(), func(ctx context.Context) error {
			paused <- s.pause()
			return s.session.Ready(ctx)
		})
	}()
	client := <-paused
	old := s.program()
	select {
	case err := <-done:
		t.Fatal("it is replaced: ", err)
	case <-time.After(300 * time.Millisecond):
	}
	client.Begin("Command", map[string]any{"name": "continue"})
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	s.works(2)
	if alive(old) {
		t.Error("the old program is there")
	}
	s.stop()
}

func TestAnEndWhileTheNextProgramIsLoadedLeavesNothing(t *testing.T) {
	s, k := keep(t, delvetest.Path(t))
	ctx, cancel := context.WithCancel(t.Context())
	err := k.Replace(ctx, func(context.Context) error {
		cancel()
		return ctx.Err()
	})
	if err == nil {
		t.Error("it is replaced")
	}
	if found := debuggers(t, s.debugger.Path); len(found) != 1 {
		t.Errorf("dlv: %v", found)
	}
	s.stop()
	if strings.Count(s.output.String(), "process ") != 1 {
		t.Error("the next program ran")
	}
}

func TestADlvThatEndsWithTheNextProgramIsTriedAgain(t *testing.T) {
	// Given
	s, k := keep(t, delvetest.Path(t))
	old := s.program()
	first := debuggers(t, s.debugger.Path)[0]

	// When
	err := k.Replace(t.Context(), func(context.Context) error {
		for _, dlv := range debuggers(t, s.debugger.Path) {
			if dlv != first {
				_ = syscall.Kill(dlv, syscall.SIGKILL)
			}
		}
		until(t, "its end", func() bool {
			s.session.mu.Lock()
			defer s.session.mu.Unlock()
			return s.session.runs == 1
		})
		return nil
	})

	// Then
	if err != nil {
		t.Fatal(err)
	}
	until(t, "the next program", func() bool {
		// the kernel lets a program go whose dlv is killed, so that it may have begun before godevd ends it
		text := s.output.String()
		return s.program() != old && alive(s.program()) && strings.Contains(text[strings.LastIndex(text, "process "):], "worked")
	})
	if alive(old) {
		t.Error("the old program is there")
	}
	s.pause()
	s.stop()
}
