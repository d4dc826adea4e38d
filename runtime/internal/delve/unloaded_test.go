package delve

import (
	"context"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"godev.io/runtime/internal/delvetest"
	"godev.io/runtime/internal/supervise"
	"godev.io/runtime/internal/termination"
)

// withoutPtrace is the first argument with which the test becomes another program that may not trace.
const withoutPtrace = "without-ptrace"

// execWithoutPtrace replaces this process by the program that the arguments name, for which the kernel refuses
// ptrace(2) as it does with Yama's scope 3 or a seccomp profile. It returns only if that fails.
func execWithoutPtrace(args []string) error {
	runtime.LockOSThread()
	filter := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS}, // the number of the call
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: unix.SYS_PTRACE, Jf: 1},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO | uint32(syscall.EPERM)},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	if err := unix.Prctl(unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&program)), 0, 0); err != nil {
		return err
	}
	return syscall.Exec(args[0], args, os.Environ())
}

// hindered has another command run in the place of dlv's, as long as there is one.
type hindered struct {
	supervise.Under
	by atomic.Pointer[func(dlv []string) []string]
}

func (h *hindered) hinder(by func(dlv []string) []string) { h.by.Store(&by) }

func (h *hindered) Begin(path string, args []string) supervise.Run {
	return hinderedRun{h.Under.Begin(path, args), h}
}

type hinderedRun struct {
	supervise.Run
	of *hindered
}

func (r hinderedRun) Command() []string {
	if by := r.of.by.Load(); by != nil {
		return (*by)(r.Run.Command())
	}
	return r.Run.Command()
}

func untraced(dlv []string) []string {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	return append([]string{self, withoutPtrace}, dlv...)
}

func script(text string) func([]string) []string {
	return func([]string) []string { return []string{"/bin/sh", "-c", text} }
}

// hindered returns the counter under a session, where another command runs in the place of dlv's.
func (s *supervised) hindered(by func([]string) []string) (supervise.Program, *hindered) {
	s.t.Helper()
	under := &hindered{Under: s.session}
	if by != nil {
		under.hinder(by)
	}
	return s.under(under, delvetest.Build(s.t, delvetest.Counter, "-gcflags=all=-N -l")), under
}

func TestAProgramRunsWithoutADlvThatNeverHadIt(t *testing.T) {
	scope(t, "3")
	tests := map[string]struct {
		by     func([]string) []string
		reason termination.Reason
		texts  []string
	}{
		"tracing is forbidden": {untraced, termination.PtraceForbidden, []string{"spec.debug.mode: the node's kernel (kernel.yama.ptrace_scope is 3)", "Set spec.debug.mode to Off"}},
		"it is killed":         {script("kill -9 $$"), termination.DelveFailed, []string{"the signal killed", "spec.resources.limits.memory"}},
		"it refuses":           {script("echo no luck >&2; echo API server listening at: socket >&2; exit 1"), termination.DelveFailed, []string{"no luck", "spec.debug.mode to Off"}},
		"it only ends":         {script("exit 0"), termination.DelveFailed, []string{"it said nothing"}},
	}
	starts := map[string]func(s *supervised, program supervise.Program){
		"once": func(s *supervised, program supervise.Program) { s.ended <- program.Run(s.signals) },
		"kept": func(s *supervised, program supervise.Program) {
			s.ended <- supervise.NewKeeper(program, func(status supervise.Status) {
				if status.State != supervise.Running {
					s.t.Errorf("the program is told to be %s: %s", status.State, status.Detail)
				}
			}).Keep(s.signals, true)
		},
	}
	for how, start := range starts {
		for name, test := range tests {
			t.Run(how+", "+name, func(t *testing.T) {
				// Given
				s := newSupervised(t, delvetest.Path(t), freePort(t))
				program, _ := s.hindered(test.by)

				// When
				go start(s, program)

				// Then
				s.works(1)
				state, err := s.last()
				if state != Gone {
					t.Error(state)
				}
				wantFailure(t, err, test.reason, append(test.texts, "runs without it")...)
				s.free()
				s.signals <- syscall.SIGTERM
				if got := s.end(); got.Reason != termination.Stopped || got.ExitCode != 7 {
					t.Errorf("got %+v", got)
				}
				if told := slices.DeleteFunc(s.errs, func(err error) bool { return err == nil }); len(told) != 1 {
					t.Errorf("told %v", told)
				}
			})
		}
	}
}

func TestAnEndWhileDlvLoadsStartsNoProgram(t *testing.T) {
	s := newSupervised(t, delvetest.Path(t), freePort(t))
	program, _ := s.hindered(script("echo loading; exec sleep 1000"))
	go func() { s.ended <- program.Run(s.signals) }()
	until(t, "loading", func() bool { return strings.Contains(s.output.String(), "loading") })
	s.signals <- syscall.SIGTERM
	if got := s.end(); got.Reason != termination.Stopped {
		t.Errorf("got %+v", got)
	}
	if _, err := s.last(); err != nil || strings.Contains(s.output.String(), "process ") {
		t.Error("the program ran, or the debugger failed: ", err)
	}
	s.free()
}

func TestTheNextProgramRunsWithoutADlvThatRefusesIt(t *testing.T) {
	// Given
	scope(t, "3")
	s := newSupervised(t, delvetest.Path(t), freePort(t))
	program, under := s.hindered(nil)
	k := supervise.NewKeeper(program, func(supervise.Status) {})
	go func() { s.ended <- k.Keep(s.signals, true) }()
	s.until(Running)
	s.works(1)
	old := s.program()
	var oldRuns []bool
	under.hinder(func(dlv []string) []string {
		oldRuns = append(oldRuns, alive(old))
		return untraced(dlv)
	})

	// When
	err := k.Replace(t.Context(), func(context.Context) error {
		t.Error("it is called loaded")
		return nil
	})

	// Then
	if err != nil {
		t.Fatal(err)
	}
	s.works(2)
	if want := []bool{true, false}; !slices.Equal(oldRuns, want) {
		t.Errorf("while dlv was tried the old program ran: %v, not %v", oldRuns, want)
	}
	state, err := s.last()
	if state != Gone || alive(old) {
		t.Error(state, alive(old))
	}
	wantFailure(t, err, termination.PtraceForbidden, "runs without it")
	s.free()

	// And the one after it is debugged again
	under.by.Store(nil)
	alone := s.program()
	if err := k.Replace(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	s.works(3)
	s.until(Running)
	if alive(alone) {
		t.Error("the program without the debugger is there")
	}
	s.pause().Begin("Command", map[string]any{"name": "continue"})
	s.until(Running)
	s.stop()
}
