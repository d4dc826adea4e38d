package supervise

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"godev.io/runtime/internal/children"
	"godev.io/runtime/internal/termination"
)

// State is what a kept program does.
type State string

// The states.
const (
	// Running: it was started and has not ended.
	Running State = "Running"
	// Restarting: it ended with an error, and is started again after a while.
	Restarting State = "Restarting"
	// Failed: it cannot be started.
	Failed State = "Failed"
	// Completed: it ended well, and is started again when there is a new one.
	Completed State = "Completed"
	// Waiting: there is none yet.
	Waiting State = "Waiting"
)

// Status is a state and how it came about. All but Running, Completed and Waiting have a reason.
type Status struct {
	State State
	Since time.Time
	termination.Message
}

// Waits before restarts of a kept program: the first, doubled each time, and the longest.
const (
	firstWait = time.Second
	maxWait   = time.Minute
)

// DefaultProof is how long a program that crashed has to run before it is called running again: a crash loop must not
// look well every other moment.
const DefaultProof = 10 * time.Second

// Keeper runs a program for ever, and replaces it when there is a new one.
type Keeper struct {
	Program
	// Changed is told each new status, in order. Crashes in a row that end alike are one.
	Changed func(Status)
	// Proof is how long a program has to run after a crash before it is called running.
	Proof time.Duration

	replace chan replacement
}

// NewKeeper returns one that keeps the program. Its Backoff does not count.
func NewKeeper(program Program, changed func(Status)) *Keeper {
	program.kept = true
	return &Keeper{Program: program, Changed: changed, Proof: DefaultProof, replace: make(chan replacement)}
}

// life is how a run of the program, or the wait for the next, came to an end.
type life struct {
	exit
	stop    *stop        // somebody asked godevd to end
	replace *replacement // there is a new program
	err     error        // it could not be started
}

// Keep runs the program, at once or when it is replaced for the first time, until a signal to stop arrives.
func (k *Keeper) Keep(signals <-chan os.Signal, atOnce bool) termination.Message {
	defer k.end()
	defer children.NewReaper().Close()
	status := Status{State: Waiting, Since: time.Now()}
	if !atOnce {
		k.Changed(status)
	}
	var next *replacement
	defer func() { next.discard() }()
	for crashes := 0; ; {
		var pause <-chan time.Time
		if atOnce || next != nil {
			kills := k.Memory.Kills()
			proof := k.Proof
			if crashes == 0 {
				proof = 0
			}
			ended := k.live(signals, next, proof)
			next = ended.replace
			switch {
			case ended.stop != nil:
				return k.stopped(ended.exit, *ended.stop)
			case next != nil:
				crashes = 0
				continue
			case ended.err == nil && ended.took >= k.Stable:
				crashes = 0
			}
			wait := pauseAfter(crashes)
			crashes++
			last := status
			status = k.judge(ended, k.Memory.Kills() > kills)
			if status.State != Completed {
				timer := time.NewTimer(wait)
				defer timer.Stop()
				pause = timer.C
				fmt.Fprintf(k.Log, "run: %s Now in %v.\n", status.Detail, wait)
			}
			if proven := ended.err == nil && ended.took >= proof; proven || !status.like(last) {
				k.Changed(status)
			}
		}
		waited := k.wait(signals, pause)
		if waited.stop != nil {
			return termination.Message{Result: termination.Succeeded, Reason: termination.Stopped,
				Detail:   "asked to stop while the program did not run",
				ExitCode: status.ExitCode, Signal: status.Signal, LastLines: status.LastLines}
		}
		if next = waited.replace; next != nil {
			crashes = 0
		}
		atOnce = true
	}
}

// pauseAfter is the wait before the next start after one more crash than so many in a row.
func pauseAfter(crashes int) time.Duration { return min(firstWait<<min(crashes, 16), maxWait) }

// live starts the program, which answers the replacement, and follows it to its end.
func (k *Keeper) live(signals <-chan os.Signal, asked *replacement, proof time.Duration) life {
	run, err := asked.start(k)
	if err != nil {
		return life{err: err}
	}
	proven := time.NewTimer(proof)
	defer proven.Stop()
	if proof == 0 {
		proven.Stop()
		k.Changed(Status{State: Running, Since: run.started})
	}
	var end life
	var grace <-chan time.Time
	ask := func(signal syscall.Signal) {
		run.kill(signal)
		if grace == nil {
			timer := time.NewTimer(k.Grace)
			grace = timer.C
		}
	}
	replace := k.replace
	for {
		select {
		case ended := <-run.ended:
			if ended.instead != nil && grace == nil {
				if run, end.err = k.started(ended.instead); end.err == nil {
					continue
				}
				return end
			}
			end.exit = run.over(ended)
			return end
		case <-proven.C:
			k.Changed(Status{State: Running, Since: run.started})
		case asked := <-replace:
			end.replace, replace = &asked, nil
			ask(syscall.SIGTERM)
		case received := <-signals:
			signal, ok := received.(syscall.Signal)
			switch {
			case !ok:
			case Stops(signal):
				end.stop = &stop{}
				ask(signal)
			default:
				run.kill(signal)
			}
		case <-grace:
			grace = make(chan time.Time) // never again
			if end.stop != nil {
				end.stop.killed = true
			}
			fmt.Fprintf(k.Log, "run: the program did not end within %v after SIGTERM, and is killed\n", k.Grace)
			run.kill(syscall.SIGKILL)
		}
	}
}

// wait returns when the pause is over, there is a new program, or somebody asked to stop.
func (k *Keeper) wait(signals <-chan os.Signal, pause <-chan time.Time) life {
	for {
		select {
		case <-pause:
			return life{}
		case asked := <-k.replace:
			return life{replace: &asked}
		case received := <-signals:
			if Stops(received) {
				return life{stop: &stop{}}
			}
		}
	}
}

// like reports whether a crash is the one before over again.
func (s Status) like(last Status) bool {
	return s.State == last.State && s.Reason == last.Reason && s.ExitCode == last.ExitCode && s.Signal == last.Signal
}

// judge returns the status of a program that ended by itself.
func (k *Keeper) judge(ended life, memory bool) Status {
	status := Status{State: Restarting, Since: time.Now()}
	const again = "It is started again after a while, and when a file changes."
	switch {
	case ended.err != nil:
		status.State, status.Message = Failed, k.cannotStart(ended.err)
		if !errors.Is(ended.err, syscall.ENOEXEC) {
			status.Detail += ". " + again
		}
	case !ended.failed():
		status.State = Completed
		status.Message = termination.Message{Reason: termination.Completed,
			Detail: "the program ended with exit code 0; it is started again when a file changes"}
	case ended.status.Signal() == syscall.SIGKILL && memory:
		status.Message = failed(termination.OutOfMemory, ended.exit,
			"spec.resources.limits.memory: the program was killed because the memory was used up. "+k.Memory.Advice(0)+" "+again)
	default:
		status.Message = failed(termination.Crashed, ended.exit, fmt.Sprintf(
			"spec.run: the program %s after %.1f s. Its last lines should say why. %s", describe(ended.exit), ended.took.Seconds(), again))
	}
	return status
}
