// Package activity sees whether somebody works in the environment: by what runs, what is connected, what is typed and
// what is changed. An open terminal alone is no work, nor is a probe of the kubelet.
package activity

import (
	"context"
	"os"
	"strconv"
	"strings"
	"time"

	"godev.io/runtime/internal/report"
)

// Kinds of work.
const (
	Start      = "Start"
	Debugger   = "Debugger"
	Command    = "Command"
	Build      = "Build"
	Connection = "Connection"
	Files      = "Files"
	Terminal   = "Terminal"
	CPU        = "CPU"
)

// States in reports.
const (
	active = "Active"
	quiet  = "Quiet"
	idle   = "Idle"
)

// Watch looks at what the eyes see as long as the file asks for it: it holds the minutes after which nobody working
// matters, or nothing. It tells when that changes, and so nothing while work goes on.
type Watch struct {
	// File is the operator's request. The kubelet changes it while the container runs.
	File   string
	Eyes   *Eyes
	Update func(func(*report.State))
	// minute is shorter in tests.
	minute time.Duration
}

// Run watches until the context ends.
func (w *Watch) Run(ctx context.Context) {
	if w.minute == 0 {
		w.minute = time.Minute
	}
	var told report.Use
	state := judge{}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		patience := time.Duration(minutes(w.File)) * w.minute
		now := report.Use{}
		if patience > 0 {
			now = state.use(w.Eyes.Look(), patience, time.Now())
		} else {
			state = judge{}
		}
		if now != told {
			told = now
			w.Update(func(r *report.State) { r.Use = now })
		}
		timer.Reset(w.every(patience))
	}
}

// every is the time from one look to the next.
func (w *Watch) every(patience time.Duration) time.Duration {
	return min(max(patience/12, w.minute/12), w.minute/2)
}

// minutes is 0 where nobody wants to know.
func minutes(file string) int64 {
	content, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(content)), 10, 32)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// judge says what the looks mean. A start is work, and taken for granted.
type judge struct {
	last time.Time
	kind string
	told report.Use
}

// use is what to tell after a look that saw that kind of work, "" for none.
//
// While work goes on its kind stays that of its beginning, and its time is not told: what does not change costs nothing.
func (j *judge) use(kind string, patience time.Duration, now time.Time) report.Use {
	if j.last.IsZero() {
		j.last, j.kind = now, Start
	}
	if kind != "" {
		j.last, j.kind = now, kind
		if j.told.State == quiet || j.told.State == idle {
			j.told = report.Use{State: active, Kind: kind}
		}
		return j.told
	}
	// on the monotonic clock: a machine that slept did not wait
	switch lasted := now.Sub(j.last); {
	case lasted >= patience:
		j.told = j.nobody(idle)
	case lasted >= quietAfter(patience):
		j.told = j.nobody(quiet)
	case j.told.State == idle:
		// the time that counts became longer
		j.told = j.nobody(quiet)
	}
	return j.told
}

func (j *judge) nobody(state string) report.Use {
	return report.Use{State: state, Since: j.last.UTC().Truncate(time.Second), Kind: j.kind}
}

// quietAfter is how long nobody works before it is told: a part of the time that counts, so that pauses cost two reports
// in that part at most.
func quietAfter(patience time.Duration) time.Duration { return min(patience/4, 15*time.Minute) }
