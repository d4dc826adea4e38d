package fault

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"godev.io/bench/internal/faultproxy"
)

const (
	// the limit of the guarantee: converged so long after the fault
	convergence = 60 * time.Second
	// a start of the operator, on a machine that has other things to do
	patience = 90 * time.Second
	quiet    = 2 * time.Second
)

// reference is what an undisturbed run of the script leaves and does.
type reference struct {
	states   []state
	replaced [][]string
	writes   []faultproxy.Write
}

func (b *bench) world(namespace string) world { return world{client: b.client, namespace: namespace} }

// known is the reference once a test has run the script.
var known *reference

// undisturbed is the script without a fault.
func (b *bench) undisturbed(t *testing.T) reference {
	t.Helper()
	if known == nil && !t.Run("undisturbed", func(t *testing.T) { ref := b.runUndisturbed(t); known = &ref }) {
		t.FailNow()
	}
	if known == nil { // -run names other subtests alone
		ref := b.runUndisturbed(t)
		known = &ref
	}
	return *known
}

func (b *bench) runUndisturbed(t *testing.T) reference {
	t.Helper()
	w := b.world(b.namespace(t))
	b.explainFailure(t, w.namespace)
	var ref reference
	var before state
	for _, step := range script {
		w.take(t, step)
		b.awaitQuiet(t, w.namespace)
		now, err := w.read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		ref.states = append(ref.states, now)
		ref.replaced = append(ref.replaced, replaced(before, now))
		before = now
	}
	ref.writes = of(w.namespace, b.proxy.Writes())
	for _, write := range ref.writes {
		if !write.Succeeded() {
			t.Errorf("without any fault: %s", write)
		}
	}
	t.Logf("its writes:\n%s", listing(ref.writes))
	return ref
}

// disturbed runs the script in a namespace where something goes wrong meanwhile, and compares.
func (b *bench) disturbed(t *testing.T, w world, ref reference, extraStatuses int) {
	t.Helper()
	b.disturbedWithin(t, w, ref, extraStatuses, convergence)
}

func (b *bench) disturbedWithin(t *testing.T, w world, ref reference, extraStatuses int, limit time.Duration) {
	t.Helper()
	b.explainFailure(t, w.namespace)
	before := state{}
	for i, step := range script {
		w.takeWithin(t, step, patience+limit)
		var now state
		err := until(t.Context(), limit, func(ctx context.Context) (err error) {
			if now, err = w.read(ctx); err != nil {
				return err
			}
			if text := now.difference(ref.states[i]); text != "" {
				return errors.New(text)
			}
			return nil
		})
		if err != nil {
			t.Fatalf("after %q the state is not that of the undisturbed run (- wanted, + there):\n%v", step.name, err)
		}
		if got := replaced(before, now); !slices.Equal(got, ref.replaced[i]) {
			t.Errorf("%q replaced %q instead of %q", step.name, got, ref.replaced[i])
		}
		before = now
	}
	b.awaitQuiet(t, w.namespace)
	b.compareWrites(t, w.namespace, ref, extraStatuses)
}

func (b *bench) compareWrites(t *testing.T, namespace string, ref reference, extraStatuses int) {
	t.Helper()
	writes := of(namespace, b.proxy.Writes())
	if text := summarize(writes).difference(summarize(ref.writes), extraStatuses); text != "" {
		t.Errorf("written otherwise than in the undisturbed run:\n%s", text)
	}
}

// take does a step and waits until the operator has done its part.
func (w *world) take(t *testing.T, s step) {
	t.Helper()
	w.takeWithin(t, s, patience)
}

func (w *world) takeWithin(t *testing.T, s step, limit time.Duration) {
	t.Helper()
	w.podUID = ""
	if pod, err := w.pod(t.Context()); err == nil {
		w.podUID = string(pod.GetUID())
	}
	if err := s.do(t.Context(), *w); err != nil {
		t.Fatalf("%s: %v", s.name, err)
	}
	await(t, limit, s.name, func(ctx context.Context) error { return s.done(ctx, *w) })
}

// awaitQuiet waits until nothing was written in a namespace for a while.
func (b *bench) awaitQuiet(t *testing.T, namespace string) {
	t.Helper()
	last, since := -1, time.Now()
	await(t, convergence, "the writes end", func(context.Context) error {
		if n := len(of(namespace, b.proxy.Writes())); n != last {
			last, since = n, time.Now()
		}
		if time.Since(since) < quiet {
			return fmt.Errorf("%d writes so far", last)
		}
		return nil
	})
}

// mustNotWrite fails the test if the operator writes anything within the time.
func (b *bench) mustNotWrite(t *testing.T, period time.Duration) {
	t.Helper()
	before := len(b.proxy.Writes())
	select {
	case <-time.After(period):
	case <-t.Context().Done():
	}
	if more := b.proxy.Writes()[before:]; len(more) > 0 {
		t.Errorf("writes of a settled operator within %s:\n%s", period, listing(more))
	}
}

// explainFailure prints, should the test fail, what was written in the namespace and what the operator logged meanwhile.
func (b *bench) explainFailure(t *testing.T, namespace string) {
	t.Helper()
	info, err := os.Stat(b.logFile())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if !t.Failed() {
			return
		}
		t.Logf("the writes in %s:\n%s", namespace, listing(of(namespace, b.proxy.Writes())))
		t.Logf("the operator's log of this run:\n%s", b.log(info.Size()))
	})
}
