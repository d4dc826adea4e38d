package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"godev.io/runtime/internal/delve"
	"godev.io/runtime/internal/report"
	"godev.io/runtime/internal/supervise"
	"godev.io/runtime/internal/termination"
)

// attachRequest is the value of the annotation godev.io/debug that asks for a debugger.
const attachRequest = "attach"

// States of the debugger in reports.
const (
	debuggerOff       = "Off"
	debuggerListening = "Listening"
	debuggerAttached  = "Attached"
	debuggerPaused    = "Paused"
	debuggerRefused   = "Refused"
	debuggerFailed    = "Failed"
)

// debugger is what the program runs under, nil if it runs by itself, and what waits until a debugger's user lets the
// program be replaced, nil if nothing has to.
func (c *call) debugger(ctx context.Context, i *inner, told *debuggerTeller) (supervise.Under, func(context.Context) error) {
	if i.debugPort == 0 && (i.attachPort == 0 || i.requests == "") {
		return nil, nil
	}
	go told.keepActive(ctx)
	if i.debugPort != 0 {
		told.idle = debuggerListening
		session := delve.Debugger{Path: i.dlv, Port: i.debugPort}.NewSession(c.logged(told.tell))
		if i.paused == pausedWait {
			return session, session.Ready
		}
		return session, nil
	}
	told.idle = debuggerOff
	attacher := delve.Debugger{Path: i.dlv, Port: i.attachPort}.NewAttacher(c.logged(told.tell))
	attacher.Env, attacher.Log = c.env, c.stderr
	if self, err := executable(); err == nil {
		attacher.Runtime = self
	}
	go attacher.Run(ctx)
	go follow(ctx, filepath.Join(i.requests, "debug"), attacher.Want)
	if i.paused == pausedWait {
		return attacher, attacher.Ready
	}
	return attacher, nil
}

// traceable is not for people: the debugger's Attacher has the program started with it.
func traceable(args, env []string, stderr io.Writer) int {
	if len(args) == 0 {
		fmt.Fprintf(stderr, "godevd %s: the program is missing\n", delve.TraceableVerb)
		return exitUsage
	}
	fmt.Fprintf(stderr, "run: %s: %v\n", args[0], delve.ExecTraceable(args, env))
	return exitFailed
}

// logged also writes why there is no debugger to the container's log.
func (c *call) logged(tell func(delve.Status, error)) func(delve.Status, error) {
	return func(status delve.Status, err error) {
		if err != nil {
			fmt.Fprintf(c.stderr, "debug: %s\n", c.scrubber.Scrub(err.Error()))
		}
		tell(status, err)
	}
}

// follow tells whether the file asks for a debugger, at first and when that changes. The kubelet replaces such files
// by renames of a folder, which are seldom seen as events of the file.
func follow(ctx context.Context, file string, want func(bool)) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for wanted := false; ; {
		content, err := os.ReadFile(file)
		if now := strings.TrimSpace(string(content)) == attachRequest; err == nil && now != wanted {
			wanted = now
			want(wanted)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// debuggerTeller puts what a debugger does into the report.
type debuggerTeller struct {
	update  func(func(*report.State))
	program string
	// idle is the state while no run is watched
	idle string

	mu      sync.Mutex
	clients int
}

func (d *debuggerTeller) tell(status delve.Status, err error) {
	d.mu.Lock()
	used := status.Clients != d.clients || status.State == delve.Paused
	d.clients = status.Clients
	d.mu.Unlock()
	if status.State == delve.Starting {
		return
	}
	now := d.debugger(status, err)
	d.update(func(r *report.State) {
		r.Debugger = now
		if used {
			r.Activity = time.Now()
		}
	})
}

func (d *debuggerTeller) debugger(status delve.Status, err error) report.Debugger {
	var failure *termination.Failure
	switch {
	case errors.As(err, &failure):
		state := debuggerFailed
		if failure.Reason != termination.DelveFailed {
			state = debuggerRefused
		}
		return report.Debugger{State: state, Reason: string(failure.Reason), Detail: failure.Detail}
	case err != nil:
		return report.Debugger{State: debuggerFailed, Reason: string(termination.DelveFailed), Detail: err.Error()}
	case status.State == delve.Paused && status.Panicking:
		return report.Debugger{State: debuggerPaused, Detail: "the program stands at a panic, and ends when the debugger lets it go on"}
	case status.State == delve.Paused && status.Clients == 0:
		return report.Debugger{State: debuggerPaused, Detail: "the program stands still, and no debugger is connected: connect one and let it go on, " +
			"or change a file to have the program built and started again"}
	case status.State == delve.Paused:
		return report.Debugger{State: debuggerPaused, Detail: "the program stands at a breakpoint, or was stopped by the debugger"}
	case status.State == delve.Running && status.Clients > 0:
		return report.Debugger{State: debuggerAttached, Detail: d.notes()}
	case status.State == delve.Running:
		return report.Debugger{State: debuggerListening, Detail: d.notes()}
	}
	return report.Debugger{State: d.idle}
}

func (d *debuggerTeller) notes() string { return strings.Join(delve.Notes(d.program), " ") }

// keepActive tells that somebody uses the debugger as long as somebody is connected to it.
func (d *debuggerTeller) keepActive(ctx context.Context) {
	ticker := time.NewTicker(time.Minute)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if d.isUsed() {
				d.update(func(r *report.State) { r.Activity = time.Now() })
			}
		}
	}
}

// isUsed reports whether somebody is connected to the debugger, also while the program stands.
func (d *debuggerTeller) isUsed() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.clients > 0
}
