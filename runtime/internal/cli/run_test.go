package cli

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"godev.io/runtime/internal/termination"
)

// script makes a pod whose program is a shell script, as if build had just made it.
func script(t *testing.T, lines ...string) *pod {
	t.Helper()
	p := newPod(t, nil)
	for name, content := range map[string]string{
		p.output:                               "#!/bin/sh\n" + strings.Join(lines, "\n") + "\n",
		filepath.Join(p.dir, "godev", "built"): `{"package":"./cmd/x","output":"` + p.output + `"}`,
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// gone fails the test unless the process ends soon. A zombie counts as there.
func gone(t *testing.T, pid int) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for syscall.Kill(pid, 0) == nil {
		if time.Now().After(deadline) {
			t.Fatalf("process %d is left over", pid)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// pids returns the numbers that the program printed as "pid <number>".
func (p *pod) pids() []int {
	p.t.Helper()
	var all []int
	for line := range strings.Lines(p.stdout.String()) {
		if number, found := strings.CutPrefix(strings.TrimSpace(line), "pid "); found {
			pid, err := strconv.Atoi(number)
			if err != nil {
				p.t.Fatal(err)
			}
			all = append(all, pid)
		}
	}
	return all
}

func TestRunCompletes(t *testing.T) {
	p := script(t, `echo "$@"`, `pwd`, `echo $GOMEMLIMIT`)
	code, message := p.godevd(append(append([]string{"run"}, p.programFlags()...), "--memory-limit-percent", "90", "--", "-a", "b c", "--")...)
	p.want(code, message, 0, termination.PhaseRun, termination.Completed)
	if want := "-a b c --\n" + p.workspace + "\n241591910\n"; p.stdout.String() != want {
		t.Errorf("got %q, want %q", p.stdout, want)
	}
	if message.Package != "./cmd/x" {
		t.Errorf("%+v", message)
	}
	if _, err := os.Stat(filepath.Join(p.dir, "godev", "built")); err == nil {
		t.Error("the marker is still there")
	}
}

func TestRunLeavesGOMEMLIMITToTheUser(t *testing.T) {
	p := script(t, `echo $GOMEMLIMIT`)
	p.env = append(p.env, "GOMEMLIMIT=1GiB")
	p.godevd(append([]string{"run"}, p.programFlags()...)...)
	if p.stdout.String() != "1GiB\n" {
		t.Errorf("got %q", p.stdout)
	}
}

func TestRunGivesUpAfterTheThirdCrash(t *testing.T) {
	t.Parallel() // it waits for restarts
	p := script(t, `for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22; do echo line $i; done`, `printf last >&2`, `exit 3`)
	code, message := p.godevd(append([]string{"run"}, p.programFlags()...)...)
	p.want(code, message, 1, termination.PhaseRun, termination.Crashed, "exit code 3", "third time")
	if message.ExitCode != 3 || message.Signal != "" || len(message.LastLines) != 20 {
		t.Errorf("%+v", message)
	}
	if runs := strings.Count(p.stdout.String(), "line 22\n"); runs != 3 {
		t.Errorf("%d runs", runs)
	}
	if message.Seconds < 3 {
		t.Errorf("it did not wait 1 s and 2 s, but %v s in all", message.Seconds)
	}
	if !strings.Contains(strings.Join(message.LastLines, "\n"), "line 22") || !strings.Contains(strings.Join(message.LastLines, "\n"), "last") {
		t.Errorf("last lines: %q", message.LastLines)
	}
}

func TestRunSaysWhichSignalEndedTheProgram(t *testing.T) {
	t.Parallel() // it waits for restarts
	p := script(t, `kill -SEGV $$`)
	code, message := p.godevd(append([]string{"run"}, p.programFlags()...)...)
	p.want(code, message, 1, termination.PhaseRun, termination.Crashed, "segmentation fault")
	if message.ExitCode != 128+11 || message.Signal != "segmentation fault" {
		t.Errorf("%+v", message)
	}
}

func TestRunTellsAKillForMemoryFromAnother(t *testing.T) {
	t.Parallel() // it waits for restarts
	p := script(t, `echo oom_kill 1 > `+"$EVENTS", `kill -KILL $$`)
	p.env = append(p.env, "EVENTS="+filepath.Join(p.dir, "cgroup", "memory.events"))
	code, message := p.godevd(append([]string{"run"}, p.programFlags()...)...)
	p.want(code, message, 1, termination.PhaseRun, termination.OutOfMemory,
		"spec.resources.limits.memory: ", "The limit is 256Mi. Raise spec.resources.limits.memory to 512Mi.")

	p = script(t, `kill -KILL $$`)
	code, message = p.godevd(append([]string{"run"}, p.programFlags()...)...)
	p.want(code, message, 1, termination.PhaseRun, termination.Crashed, "killed")
}

func TestRunStopsTheProgramAndItsChildren(t *testing.T) {
	tests := map[string]struct {
		lines  []string
		grace  string
		detail string
	}{
		"ends on SIGTERM": {
			[]string{`trap 'echo bye; exit 0' TERM`, `sleep 1000 & echo pid $!`, `echo pid $$`, `while :; do wait; done`},
			"20s", "ended with exit code 0"},
		"ignores SIGTERM": {
			[]string{`trap '' TERM`, `sleep 1000 & echo pid $!`, `echo pid $$`, `while :; do sleep 1; done`},
			"200ms", "was killed"},
		"left a child in its own session": {
			[]string{`setsid sh -c 'echo pid $$; exec sleep 1000' &`, `echo pid $$`, `exec sleep 1000`},
			"20s", "signal terminated"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := script(t, test.lines...)
			command := p.start(append([]string{"run", "--grace", test.grace}, p.programFlags()...)...)
			p.stdout.wait(t, "pid ", 2)
			started := time.Now()
			if err := command.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			code, message := p.end(command)
			p.want(code, message, 143, termination.PhaseRun, termination.Stopped, test.detail)
			if took := time.Since(started); took > 10*time.Second {
				t.Errorf("it took %v", took)
			}
			for _, pid := range p.pids() {
				gone(t, pid)
			}
		})
	}
}

func TestRunKillsWhatACrashLeavesBeforeTheRestart(t *testing.T) {
	p := script(t, `sleep 1000 & echo pid $!`, `exit 1`)
	command := p.start(append([]string{"run"}, p.programFlags()...)...)
	p.stderr.wait(t, "it is started again in 1s", 1)
	gone(t, p.pids()[0])
	if err := command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	code, message := p.end(command)
	p.want(code, message, 143, termination.PhaseRun, termination.Stopped, "asked to stop while waiting")
	if len(p.pids()) != 1 {
		t.Error("it was started again")
	}
}

func TestRunForwardsSignalsToTheGroup(t *testing.T) {
	p := script(t, `for s in HUP QUIT USR1 USR2 WINCH; do trap "echo got $s" $s; done`,
		`sh -c 'trap "" QUIT USR2 WINCH; trap "echo child" HUP; echo pid $$; while :; do sleep 0.02; done' &`,
		`echo pid $$`, `while :; do sleep 0.02; done`)
	command := p.start(append([]string{"run"}, p.programFlags()...)...)
	p.stdout.wait(t, "pid ", 2)
	for signal, text := range map[syscall.Signal]string{
		syscall.SIGQUIT: "got QUIT", syscall.SIGUSR2: "got USR2", syscall.SIGWINCH: "got WINCH", syscall.SIGHUP: "got HUP",
	} {
		if err := command.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		p.stdout.wait(t, text, 1)
	}
	p.stdout.wait(t, "child", 1)
	if err := command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	code, message := p.end(command)
	p.want(code, message, 143, termination.PhaseRun, termination.Stopped)
}

// The orphan's parent ends while the program runs on; nobody but godevd can wait for the orphan then.
func TestRunReapsOrphans(t *testing.T) {
	p := script(t, `sh -c 'sleep 0.1 & echo pid $!'`, `echo pid $$`, `exec sleep 1000`)
	command := p.start(append([]string{"run"}, p.programFlags()...)...)
	p.stdout.wait(t, "pid ", 2)
	gone(t, p.pids()[0])
	if err := command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	p.end(command)
}

func TestRunSaysThatAProgramIsForAnotherSystem(t *testing.T) {
	p := script(t)
	if err := os.WriteFile(p.output, []byte("\x7fELF no program"), 0o755); err != nil {
		t.Fatal(err)
	}
	code, message := p.godevd(append([]string{"run"}, p.programFlags()...)...)
	p.want(code, message, 1, termination.PhaseRun, termination.WrongArchitecture, "spec.go.env: ")
}
