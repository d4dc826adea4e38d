package proc

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		in string
		ok bool
	}{
		{"42 1000 boot\n", true},
		{"42 1000", false},
		{"1 1000 boot", false}, // init is never ours
		{"-1 1000 boot", false},
		{"0 1000 boot", false},
		{"x 1000 boot", false},
		{"42 x boot", false},
		{"", false},
	} {
		id, err := Parse(c.in)
		if (err == nil) != c.ok {
			t.Errorf("%q: %v", c.in, err)
		}
		if err == nil && id.String() != c.in {
			t.Errorf("%q became %q", c.in, id)
		}
	}
}

func TestParseStat(t *testing.T) {
	const rest = " 1 1 1 0 -1 4194560 1 0 0 0 1 2 0 0 20 0 1 0 777 1000 1"
	for _, c := range []struct {
		name, stat, state string
		start             uint64
		fails             bool
	}{
		{name: "plain", stat: "42 (etcd) S" + rest, state: "S", start: 777},
		{name: "a name with blanks and parentheses", stat: "42 (a) Z (b) R" + rest, state: "R", start: 777},
		{name: "no name", stat: "42 S", fails: true},
		{name: "cut off", stat: "42 (etcd) S 1 2", fails: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			state, start, err := parseStat(c.stat)
			if (err != nil) != c.fails || state != c.state && !c.fails || start != c.start {
				t.Errorf("got %q %d %v", state, start, err)
			}
		})
	}
}

func TestAnotherProcessWithTheSamePIDIsNotOurs(t *testing.T) {
	self, err := Of(os.Getpid())
	if err != nil || !self.Alive() {
		t.Fatalf("%v %v", self, err)
	}
	for _, other := range []Identity{
		{self.PID, self.Start + 1, self.Boot},
		{self.PID, self.Start, "another boot"},
	} {
		if other.Alive() {
			t.Errorf("%v passes for the test itself", other)
		}
		if err := End(other, time.Second); err != nil {
			t.Errorf("End: %v", err)
		}
	}
}

func group(t *testing.T) Group { return Group{Run: t.TempDir(), Logs: t.TempDir()} }

func TestStartAndStop(t *testing.T) {
	for _, c := range []struct {
		name, script string
		grace        time.Duration
	}{
		{"by SIGTERM", "exec sleep 60", 10 * time.Second},
		{"by SIGKILL when it does not listen", "trap '' TERM; echo up; while :; do sleep 1; done", 50 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := group(t)
			if err := g.Start("x", "/bin/sh", "-c", c.script); err != nil {
				t.Fatal(err)
			}
			id, alive := g.Identity("x")
			if !alive {
				t.Fatal("it does not run")
			}
			if names, err := g.Names(); err != nil || len(names) != 1 || names[0] != "x" {
				t.Errorf("names %v %v", names, err)
			}
			if err := g.Stop(c.grace, "x", "never-started"); err != nil {
				t.Fatal(err)
			}
			if id.Alive() {
				t.Error("it still runs")
			}
			if names, _ := g.Names(); len(names) != 0 {
				t.Errorf("left %v", names)
			}
		})
	}
}

func TestWaitForTellsTheEndOfTheLog(t *testing.T) {
	g := group(t)
	die := filepath.Join(t.TempDir(), "die")
	if err := g.Start("x", "/bin/sh", "-c", `echo the reason; until [ -e "$0" ]; do sleep 0.01; done; exit 3`, die); err != nil {
		t.Fatal(err)
	}
	err := g.WaitFor(context.Background(), "x", 10*time.Second, func() bool {
		os.WriteFile(die, nil, 0o644)
		return false
	})
	if err == nil || !strings.Contains(err.Error(), "the reason") || !strings.Contains(err.Error(), g.Log("x")) {
		t.Errorf("got %v", err)
	}
}

func TestAProgramThatEndsAtOnceIsToldByStartOrWaitFor(t *testing.T) {
	g := group(t)
	err := g.Start("x", "/bin/sh", "-c", "echo the reason")
	if err == nil {
		err = g.WaitFor(context.Background(), "x", 10*time.Second, func() bool { return false })
	}
	if err == nil || !strings.Contains(err.Error(), "x.log") {
		t.Errorf("got %v", err)
	}
}

func TestUntilEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)
	defer cancel()
	if err := Until(ctx, func() bool { return false }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestTail(t *testing.T) {
	if got := tail("a\nbbbb\ncc\n", 2, 3); got != "bbb…\ncc" {
		t.Errorf("got %q", got)
	}
}
