package delve

import (
	"errors"
	"net"
	"strings"
	"syscall"
	"testing"

	"godev.io/runtime/internal/delvetest"
	"godev.io/runtime/internal/supervise"
)

// first has the counter end at its first start.
func first(t *testing.T, how string) string {
	t.Helper()
	source := strings.Replace(delvetest.Counter, "\tasked :=", "\tif _, err := os.Stat(\"started\"); err != nil {\n\t\t_ = os.WriteFile(\"started\", nil, 0o644)\n\t\t"+how+
		"\n\t}\n\tasked :=", 1)
	return delvetest.Build(t, source, "-gcflags=all=-N -l")
}

func (s *supervised) taken() {
	s.t.Helper()
	listener, err := net.Listen("tcp", s.debugger.address())
	if err == nil {
		_ = listener.Close()
	}
	if !errors.Is(err, syscall.EADDRINUSE) {
		s.t.Errorf("the port is free: %v", err)
	}
}

// keepFrom keeps the program, and returns where it is told of.
func (s *supervised) keepFrom(program string) (*supervise.Keeper, chan supervise.Status) {
	statuses := make(chan supervise.Status, 20)
	k := supervise.NewKeeper(s.under(s.session, program), func(status supervise.Status) { statuses <- status })
	go func() { s.ended <- k.Keep(s.signals, true) }()
	return k, statuses
}

func (s *supervised) told(statuses chan supervise.Status, want supervise.State) {
	s.t.Helper()
	for status := range statuses {
		if status.State == want {
			return
		}
	}
}

func TestWhoComesWhileTheProgramIsBetweenTwoCrashesIsServed(t *testing.T) {
	// Given
	s := newSupervised(t, delvetest.Path(t), freePort(t))
	_, statuses := s.keepFrom(first(t, "os.Exit(3)"))
	s.told(statuses, supervise.Restarting)
	s.taken()

	// When
	client := delvetest.Connect(t, s.debugger.address())
	client.Do("Command", map[string]any{"name": "halt"}, nil)

	// Then
	s.until(Paused)
	client.Begin("Command", map[string]any{"name": "continue"})
	s.works(1)
	s.stop()
}

func TestThePortIsHeldWhileAProgramThatEndedWellWaitsForAChange(t *testing.T) {
	s := newSupervised(t, delvetest.Path(t), freePort(t))
	k, statuses := s.keepFrom(first(t, "os.Exit(0)"))
	s.told(statuses, supervise.Completed)
	s.taken()
	client := delvetest.Connect(t, s.debugger.address())

	if err := k.Replace(t.Context(), nil); err != nil {
		t.Fatal(err)
	}

	client.Do("Command", map[string]any{"name": "halt"}, nil)
	s.until(Paused)
	s.stop()
}
