package supervise

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"godev.io/runtime/internal/children"
	"godev.io/runtime/internal/termination"
)

// kept is a program that is kept, and what is told of it.
type kept struct {
	*Keeper
	t        *testing.T
	statuses chan Status
	signals  chan os.Signal
	ended    chan termination.Message
}

func keep(t *testing.T, script string, atOnce bool) *kept {
	t.Helper()
	k := &kept{t: t, statuses: make(chan Status, 100), signals: make(chan os.Signal, 1), ended: make(chan termination.Message, 1)}
	k.Keeper = NewKeeper(*program(t, script), func(s Status) { k.statuses <- s })
	k.Proof = 0 // each start is told
	go func() { k.ended <- k.Keep(k.signals, atOnce) }()
	return k
}

func (k *kept) set(script string) {
	k.t.Helper()
	path := k.Path + ".new" // the old one may be running
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		k.t.Fatal(err)
	}
	if err := os.Rename(path, k.Path); err != nil {
		k.t.Fatal(err)
	}
}

func (k *kept) replace() {
	k.t.Helper()
	ctx, cancel := context.WithTimeout(k.t.Context(), 10*time.Second)
	defer cancel()
	if err := k.Replace(ctx, nil); err != nil {
		k.t.Fatal(err)
	}
}

func (k *kept) status(want State, reason termination.Reason) Status {
	k.t.Helper()
	select {
	case got := <-k.statuses:
		if got.State != want || got.Reason != reason || got.Since.IsZero() {
			k.t.Fatalf("%+v, not %s %q", got, want, reason)
		}
		return got
	case <-time.After(10 * time.Second):
		k.t.Fatalf("it is not told that it is %s", want)
		return Status{}
	}
}

func (k *kept) stop(detail string) {
	k.t.Helper()
	k.signals <- syscall.SIGTERM
	select {
	case got := <-k.ended:
		if got.Reason != termination.Stopped || got.Result != termination.Succeeded || !strings.Contains(got.Detail, detail) {
			k.t.Errorf("%+v", got)
		}
	case <-time.After(10 * time.Second):
		k.t.Fatal("it does not stop")
	}
}

func TestAKeptProgramGoesThroughItsStates(t *testing.T) {
	k := keep(t, "", false)
	k.status(Waiting, "")
	k.set("exec sleep 1000")
	k.replace()
	k.status(Running, "")

	k.set("echo why; exit 3")
	k.replace()
	k.status(Running, "")
	crashed := k.status(Restarting, termination.Crashed)
	if crashed.ExitCode != 3 || len(crashed.LastLines) != 1 {
		t.Errorf("%+v", crashed)
	}
	k.status(Running, "") // after a second
	k.status(Restarting, termination.Crashed)

	k.set("exit 0")
	k.replace() // at once
	k.status(Running, "")
	k.status(Completed, termination.Completed)

	k.set("exec sleep 1000")
	k.replace()
	k.status(Running, "")
	k.stop("signal terminated")
	if len(k.statuses) > 0 {
		t.Errorf("%+v", <-k.statuses)
	}
}

func TestAKeptProgramThatCannotBeStarted(t *testing.T) {
	k := keep(t, "exec sleep 1000", true)
	k.status(Running, "")
	if err := os.WriteFile(k.Path+".new", []byte("\x7fELF no program"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(k.Path+".new", k.Path); err != nil {
		t.Fatal(err)
	}
	if err := k.Replace(t.Context(), nil); err == nil {
		t.Error("it was started")
	}
	k.status(Failed, termination.WrongArchitecture)
	k.set("exec sleep 1000")
	k.replace()
	k.status(Running, "")
	k.stop("")
}

func TestAReplacedProgramLeavesNothing(t *testing.T) {
	pids := filepath.Join(t.TempDir(), "pids")
	k := keep(t, "trap '' TERM; setsid sleep 1000 & echo $! >> "+pids+"; env -i setsid sleep 1000 & echo $! >> "+pids+"; sleep 1000 & echo $! >> "+pids+"; echo $$ >> "+pids+"; wait; sleep 1000", true)
	k.Grace = 50 * time.Millisecond
	k.status(Running, "")
	var lines []string
	for deadline := time.Now().Add(10 * time.Second); len(lines) < 4 && time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		content, _ := os.ReadFile(pids)
		lines = strings.Fields(string(content))
	}
	if len(lines) != 4 {
		t.Fatal(lines)
	}
	k.set("exec sleep 1000")
	k.replace()
	for _, pid := range lines { // no waiting: they are gone before the next is started
		if _, err := os.Stat("/proc/" + pid); err == nil {
			t.Errorf("process %s is left", pid)
		}
	}
	k.status(Running, "")
	k.stop("")
}

// As of a shell that somebody opened in the container, whose orphans come to process 1.
func TestAReplacedProgramLeavesOthersAlone(t *testing.T) {
	k := keep(t, "exec sleep 1000", true)
	k.status(Running, "")
	file := filepath.Join(t.TempDir(), "pid")
	if err := children.Run(exec.Command("sh", "-c", "setsid sleep 1000 & echo $! >"+file)); err != nil {
		t.Fatal(err)
	}
	out, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	k.replace()
	k.status(Running, "")
	pid := strings.TrimSpace(string(out))
	if state, err := os.ReadFile("/proc/" + pid + "/cmdline"); err != nil || len(state) == 0 {
		t.Errorf("process %s is gone: %v", pid, err)
	}
	k.stop("")
	if _, err := os.Stat("/proc/" + pid); err == nil {
		t.Errorf("process %s is left at the end", pid)
	}
}

func TestAKeptProgramCanBeStoppedAtAnyTime(t *testing.T) {
	k := keep(t, "exit 1", true)
	k.status(Running, "")
	k.status(Restarting, termination.Crashed)
	k.stop("while the program did not run")

	k = keep(t, "", false)
	k.status(Waiting, "")
	k.stop("while the program did not run")

	k = keep(t, "trap '' TERM; while :; do sleep 1; done", true)
	k.status(Running, "")
	k.Grace = 50 * time.Millisecond
	k.replaceInBackground() // a replacement is on its way
	k.stop("")
}

// replaceInBackground returns when the program was asked to end for another.
func (k *kept) replaceInBackground() {
	k.t.Helper()
	taken := make(chan struct{})
	ctx, cancel := context.WithCancel(k.t.Context())
	k.t.Cleanup(cancel)
	go func() {
		next := replacement{started: make(chan error, 1)}
		select {
		case k.Keeper.replace <- next:
			close(taken)
		case <-ctx.Done():
		}
	}()
	select {
	case <-taken:
	case <-time.After(10 * time.Second):
		k.t.Fatal("the replacement is not taken")
	}
}

func TestTheWaitBeforeARestartDoublesToAMinute(t *testing.T) {
	want := []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 32 * time.Second, time.Minute, time.Minute}
	for crashes, wait := range want {
		if got := pauseAfter(crashes); got != wait {
			t.Errorf("after %d: %v", crashes, got)
		}
	}
	if got := pauseAfter(100000); got != time.Minute {
		t.Errorf("at last: %v", got)
	}
}
