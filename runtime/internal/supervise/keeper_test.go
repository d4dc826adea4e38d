package supervise

import (
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

// told runs the script as a kept program until it was started so many times, and lists what was told of it.
func told(t *testing.T, starts int, proof time.Duration, script string) []State {
	t.Helper()
	count := filepath.Join(t.TempDir(), "starts")
	p := program(t, "echo >>"+count+"; n=$(wc -l <"+count+"); "+script)
	signals := make(chan os.Signal, 1)
	p.Log = &stopAfter{starts, signals}
	var states []State
	k := NewKeeper(*p, func(s Status) { states = append(states, s.State) })
	k.Proof = proof
	k.Keep(signals, true)
	return states
}

func TestACrashLoopIsToldOnce(t *testing.T) {
	got := told(t, 3, time.Hour, "exit 2")
	if want := []State{Running, Restarting}; !slices.Equal(got, want) {
		t.Errorf("told %v, want %v", got, want)
	}
}

func TestACrashOfAnotherKindIsTold(t *testing.T) {
	got := told(t, 3, time.Hour, "exit $n")
	if want := []State{Running, Restarting, Restarting, Restarting}; !slices.Equal(got, want) {
		t.Errorf("told %v, want %v", got, want)
	}
}

func TestAProgramThatHoldsOutAfterACrashRunsAgain(t *testing.T) {
	got := told(t, 2, 10*time.Millisecond, "if [ $n = 2 ]; then sleep 0.2; fi; exit 2")
	if want := []State{Running, Restarting, Running, Restarting}; !slices.Equal(got, want) {
		t.Errorf("told %v, want %v", got, want)
	}
}

func TestAKeptProgramIsStoppedByASignal(t *testing.T) {
	p := program(t, "exec sleep 60")
	signals := make(chan os.Signal, 1)
	k := NewKeeper(*p, func(s Status) { signals <- syscall.SIGTERM })
	if got := k.Keep(signals, true); got.Signal != "terminated" {
		t.Errorf("ended as %+v", got)
	}
}
