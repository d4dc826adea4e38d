// Package supervise runs the program as the container's first process has to: it forwards signals, reaps orphans,
// restarts after a crash, and says why the program ended.
package supervise

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"godev.io/runtime/internal/cgroup"
	"godev.io/runtime/internal/children"
	"godev.io/runtime/internal/envvars"
	"godev.io/runtime/internal/termination"
)

// Forwarded are the signals Run wants to get, and passes on to the program's group.
var Forwarded = []os.Signal{
	syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGWINCH,
}

// Waits before the restarts after crashes in a row, and the time after which a program counts as having run well.
var (
	DefaultBackoff = []time.Duration{time.Second, 2 * time.Second}
	DefaultStable  = time.Minute
)

// Program is what Run runs, and how.
type Program struct {
	Path string
	Args []string
	// Under is what the program runs under; nil if it runs by itself.
	Under Under
	Dir   string
	Env   envvars.Vars
	// Grace is how long the program may take to end after SIGTERM or SIGINT.
	Grace time.Duration
	// MemoryLimitPercent sets GOMEMLIMIT to that part of the container's memory limit; 0 leaves it alone.
	MemoryLimitPercent int
	Memory             cgroup.Memory
	// Backoff has a wait for each restart in a row; one crash more ends Run.
	Backoff []time.Duration
	// Stable is the time after which a crash is the first in a row again.
	Stable         time.Duration
	Stdout, Stderr io.Writer
	// Log gets a line for each restart.
	Log io.Writer

	// kept says that what a run leaves behind is ended before the next, also what left its group
	kept bool
}

// Under is what the program runs under: a debugger.
type Under interface {
	// Begin returns a run of the program that is to be started.
	Begin(path string, args []string) Run
	// End is called when there will be no further run.
	End()
}

// Run is a run of the program under something else, and is told of it by what starts it.
type Run interface {
	Command() []string
	// Started is called with the process id.
	Started(pid int)
	// Loaded is closed when the program waits, before its first instruction, for Release. It is nil if it does not wait.
	Loaded() <-chan struct{}
	// Release lets the program run as soon as it is loaded.
	Release()
	// Signal passes a signal on to the program, and returns false if the group of the run is to get it.
	Signal(signal syscall.Signal) bool
	// Ended is called when the run was waited for, with its last lines, or could not be started. It returns the program's own status.
	Ended(status syscall.WaitStatus, lines []string) syscall.WaitStatus
	// Instead is asked after Ended: the run to start in the place of one that never had the program, though nobody asked it
	// to end; nil for others.
	Instead() Run
}

// Alone is a run of the program under nothing.
func Alone(path string, args []string) Run { return alone(append([]string{path}, args...)) }

type alone []string

func (a alone) Command() []string                                            { return a }
func (alone) Started(int)                                                    {}
func (alone) Loaded() <-chan struct{}                                        { return nil }
func (alone) Release()                                                       {}
func (alone) Signal(syscall.Signal) bool                                     { return false }
func (alone) Ended(status syscall.WaitStatus, _ []string) syscall.WaitStatus { return status }
func (alone) Instead() Run                                                   { return nil }

// Run runs the program until it ends well, crashes too often, or a signal to stop arrives. Signals gets those Forwarded.
func (p *Program) Run(signals <-chan os.Signal) termination.Message {
	defer p.end()
	defer children.NewReaper().Close()
	for crashes := 0; ; {
		kills := p.Memory.Kills()
		var ended exit
		var stop *stop
		for next := p.begin(); next != nil && stop == nil; next = ended.instead {
			run, err := p.started(next)
			if err != nil {
				return p.cannotStart(err)
			}
			ended, stop = p.follow(run, signals)
		}
		switch {
		case stop != nil:
			return p.stopped(ended, *stop)
		case !ended.failed():
			return termination.Message{Result: termination.Succeeded, Reason: termination.Completed, Detail: "the program ended with exit code 0"}
		case ended.status.Signal() == syscall.SIGKILL && p.Memory.Kills() > kills:
			return failed(termination.OutOfMemory, ended,
				"spec.resources.limits.memory: the program was killed because the memory was used up. "+p.Memory.Advice(0))
		}
		if ended.took >= p.Stable {
			crashes = 0
		}
		if crashes == len(p.Backoff) {
			return failed(termination.Crashed, ended, fmt.Sprintf(
				"spec.run: the program %s, for the %s time in a row, after %.1f s. Its last lines should say why: "+
					"correct the source, or spec.run.args and spec.run.env.", describe(ended), ordinal(crashes+1), ended.took.Seconds()))
		}
		wait := p.Backoff[crashes]
		crashes++
		fmt.Fprintf(p.Log, "run: the program %s, it is started again in %v\n", describe(ended), wait)
		if p.pause(wait, signals) {
			return termination.Message{Result: termination.Succeeded, Reason: termination.Stopped,
				Detail: "asked to stop while waiting to start the program again", ExitCode: ended.code(), Signal: ended.signal(), LastLines: ended.lines}
		}
	}
}

// stop is how a program was told to end.
type stop struct {
	// killed says that it was still there after its grace.
	killed bool
}

// follow forwards signals until the program ended. The second result is nil if nobody asked it to.
func (p *Program) follow(run *process, signals <-chan os.Signal) (exit, *stop) {
	var asked *stop
	var grace <-chan time.Time
	for {
		select {
		case ended := <-run.ended:
			return run.over(ended), asked
		case received := <-signals:
			signal, ok := received.(syscall.Signal)
			if !ok {
				continue
			}
			run.kill(signal)
			if asked == nil && Stops(signal) {
				asked = &stop{}
				timer := time.NewTimer(p.Grace)
				defer timer.Stop()
				grace = timer.C
			}
		case <-grace:
			asked.killed = true
			run.kill(syscall.SIGKILL)
			grace = nil
		}
	}
}

// pause waits, and reports whether a signal to stop came first. Other signals have nobody to go to.
func (p *Program) pause(wait time.Duration, signals <-chan os.Signal) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
			return false
		case received := <-signals:
			if Stops(received) {
				return true
			}
		}
	}
}

func (p *Program) stopped(ended exit, how stop) termination.Message {
	detail := "the program was asked to stop and " + describe(ended)
	if how.killed {
		detail = fmt.Sprintf("the program did not end within %v after it was asked to stop, and was killed. "+
			"Have it end on SIGTERM (signal.NotifyContext).", p.Grace)
	}
	return termination.Message{Result: termination.Succeeded, Reason: termination.Stopped, Detail: detail,
		ExitCode: ended.code(), Signal: ended.signal()}
}

func (p *Program) cannotStart(err error) termination.Message {
	message := termination.Message{Result: termination.Failed, Reason: termination.RunFailed,
		Detail: fmt.Sprintf("spec.run: the program cannot be started: %v", err)}
	if errors.Is(err, syscall.ENOEXEC) {
		message.Reason = termination.WrongArchitecture
		message.Detail = "spec.go.env: the program is built for another system than this node's. Remove GOOS and GOARCH from spec.go.env."
	}
	return message
}

// environment is the program's. GOMEMLIMIT is read anew at each start: the variable the container was made with does
// not follow a resize of the pod in place. In plain bytes, because Go does not read Kubernetes' "Mi".
func (p *Program) environment() envvars.Vars {
	if limit, found := p.Memory.Limit(); found && p.MemoryLimitPercent > 0 {
		percent := int64(p.MemoryLimitPercent)
		return p.Env.With(fmt.Sprintf("GOMEMLIMIT=%d", limit/100*percent+limit%100*percent/100))
	}
	return p.Env.With()
}

func failed(reason termination.Reason, ended exit, detail string) termination.Message {
	return termination.Message{Result: termination.Failed, Reason: reason, Detail: detail,
		ExitCode: ended.code(), Signal: ended.signal(), LastLines: ended.lines}
}

func describe(ended exit) string {
	if signal := ended.signal(); signal != "" {
		return "was ended by the signal " + signal
	}
	return fmt.Sprintf("ended with exit code %d", ended.code())
}

func ordinal(n int) string {
	if names := []string{"first", "second", "third"}; n <= len(names) {
		return names[n-1]
	}
	return fmt.Sprintf("%dth", n)
}

// Stops reports whether the signal asks the program to end.
func Stops(signal os.Signal) bool { return signal == syscall.SIGTERM || signal == syscall.SIGINT }
