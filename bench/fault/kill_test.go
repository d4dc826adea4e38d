package fault

import (
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"godev.io/bench/internal/faultproxy"
)

// target is one write of the undisturbed run: the n-th of its kind, since other writes may come earlier or later.
type target struct {
	number     int // in the undisturbed run
	key        string
	occurrence int
}

func targets(writes []faultproxy.Write) []target {
	seen := map[string]int{}
	var all []target
	for i, w := range writes {
		seen[w.Key()]++
		all = append(all, target{i + 1, w.Key(), seen[w.Key()]})
	}
	return all
}

// strike sets a fault for the target in a namespace, and returns whether it has struck yet.
func (b *bench) strike(namespace string, at target, fault *faultproxy.Fault) (struck *atomic.Bool) {
	seen, struck := 0, new(atomic.Bool)
	b.onWrite(namespace, func(w faultproxy.Write) *faultproxy.Fault {
		if w.Key() == at.key {
			seen++
		}
		if w.Key() != at.key || seen != at.occurrence || !struck.CompareAndSwap(false, true) {
			return nil
		}
		return fault
	})
	return struck
}

// disaster is what happens to the operator around a write.
type disaster struct {
	name  string
	kills bool
	fault func(b *bench) *faultproxy.Fault
}

var disasters = []disaster{
	{"killed before", true, func(b *bench) *faultproxy.Fault {
		return &faultproxy.Fault{Before: func() { _ = b.kept.kill() }}
	}},
	{"killed after", true, func(b *bench) *faultproxy.Fault {
		return &faultproxy.Fault{After: func() { _ = b.kept.kill() }}
	}},
	{"killed without the answer", true, func(b *bench) *faultproxy.Fault {
		return &faultproxy.Fault{Lost: func() { _ = b.kept.kill() }}
	}},
	{"no answer", false, func(*bench) *faultproxy.Fault {
		return &faultproxy.Fault{Lost: func() {}}
	}},
}

// sample is how many of the runs a short test does.
const sample = 4

// TestOneWriteGoesWrong runs the script once for each write of it and each disaster.
func TestOneWriteGoesWrong(t *testing.T) {
	b := start(t)
	ref := b.undisturbed(t)
	var runs []disturbance
	for _, at := range targets(ref.writes) {
		for _, is := range disasters {
			runs = append(runs, disturbance{at, is})
		}
	}
	if testing.Short() {
		seed := uint64(time.Now().Unix())
		t.Logf("%d of %d runs, picked by the seed %d", sample, len(runs), seed)
		rand.New(rand.NewPCG(seed, seed)).Shuffle(len(runs), func(i, j int) { runs[i], runs[j] = runs[j], runs[i] })
		runs = runs[:sample]
	}
	t.Run("alive", func(t *testing.T) {
		for _, r := range runs {
			if !r.is.kills {
				t.Run(r.name(), func(t *testing.T) {
					t.Parallel()
					r.run(t, b, ref)
				})
			}
		}
	})
	for _, r := range runs {
		if r.is.kills {
			t.Run(r.name(), func(t *testing.T) { r.run(t, b, ref) })
		}
	}
}

type disturbance struct {
	at target
	is disaster
}

func (d disturbance) name() string { return fmt.Sprintf("write %02d, %s", d.at.number, d.is.name) }

// run tries again where the write did not come: of the statuses, a quick run has fewer than a slow one.
func (d disturbance) run(t *testing.T, b *bench, ref reference) {
	for range 3 {
		if d.runOnce(t, b, ref) {
			return
		}
	}
	t.Error("the write did not come in three runs")
}

func (d disturbance) runOnce(t *testing.T, b *bench, ref reference) (happened bool) {
	b.awaitReady(t)
	w, restarts := b.world(b.namespace(t)), b.kept.restarts()
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%s at write %d, %s (number %d of its kind)", d.is.name, d.at.number, d.at.key, d.at.occurrence)
		}
	})
	struck := b.strike(w.namespace, d.at, d.is.fault(b))
	b.disturbed(t, w, ref, 1)
	want := 0
	if d.is.kills && struck.Load() {
		want = 1
	}
	if got := b.kept.restarts() - restarts; got != want {
		t.Errorf("the operator was started %d times more, not %d", got, want)
	}
	b.checkRefusals(t, w.namespace, d.at)
	return struck.Load()
}

// checkRefusals fails the test for what the API server refused, but for one repetition of the write that had no answer,
// and for changes of what has been changed since it was read.
func (b *bench) checkRefusals(t *testing.T, namespace string, at target) {
	t.Helper()
	repeated := 0
	for _, w := range of(namespace, b.proxy.Writes()) {
		outdated := w.Verb != "create" && (w.Status == 404 || w.Status == 409)
		if w.Status < 400 || outdated {
			continue
		}
		if repeated++; w.Key() != at.key || repeated > 1 {
			t.Errorf("refused: %s", w)
		}
	}
}
