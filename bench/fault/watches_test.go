package fault

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"
)

// settled is how long an operator that has nothing to do must not write.
const settled = 20 * time.Second

// fleet are environments that are ready.
func (b *bench) fleet(t *testing.T, n int) []world {
	t.Helper()
	var worlds []world
	for range n {
		w := b.world(b.namespace(t))
		b.explainFailure(t, w.namespace)
		if err := script[0].do(t.Context(), w); err != nil {
			t.Fatal(err)
		}
		worlds = append(worlds, w)
	}
	for _, w := range worlds {
		await(t, patience, "create", func(ctx context.Context) error { return script[0].done(ctx, w) })
	}
	return worlds
}

// change does the step that replaces the pod, and waits for its end. It returns how long it took.
func (b *bench) change(t *testing.T, w world, limit time.Duration) time.Duration {
	t.Helper()
	pod, err := w.pod(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.podUID = string(pod.GetUID())
	began := time.Now()
	if err := script[1].do(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	await(t, limit, "the change", func(ctx context.Context) error { return script[1].done(ctx, w) })
	return time.Since(began)
}

// mustHaveCreatedPods compares how many pods were created, and that nothing was created twice that stays.
func (b *bench) mustHaveCreatedPods(t *testing.T, w world, want int) {
	t.Helper()
	written := summarize(of(w.namespace, b.proxy.Writes()))
	if got := written["create pods "+name]; got != want {
		t.Errorf("%d pods were created, not %d", got, want)
	}
	for key, n := range written {
		if n > 1 && key != "create pods "+name && key != "delete pods "+name && !isStatus(key) {
			t.Errorf("%s: %d times", key, n)
		}
	}
}

// TestWatchesAreCut closes every watch every second.
func TestWatchesAreCut(t *testing.T) {
	b := start(t)
	period := 60 * time.Second
	if testing.Short() {
		period = 10 * time.Second
	}
	worlds := b.fleet(t, 3)
	began, cut := time.Now(), make(chan int, 1)
	go func() {
		tick, n := time.NewTicker(time.Second), 0
		defer tick.Stop()
		for time.Since(began) < period {
			<-tick.C
			n += b.proxy.CutWatches()
		}
		cut <- n
	}()
	for _, w := range worlds[1:] {
		b.change(t, w, patience)
	}
	n := <-cut
	t.Logf("%d watches cut in %s", n, period)
	if n < int(period.Seconds()) {
		t.Errorf("only %d watches were cut in %s", n, period)
	}
	b.mustBeWell(t, worlds, []int{1, 2, 2})
}

// mustBeWell: the environments are ready, each had so many pods, the operator has watches of all kinds, reacts to one more
// change, and then has nothing to write.
func (b *bench) mustBeWell(t *testing.T, worlds []world, podsCreated []int) {
	t.Helper()
	b.awaitReady(t)
	await(t, convergence, "every kind is watched", func(context.Context) error {
		for _, resource := range resources {
			if !slices.Contains(b.proxy.OpenWatches(), resource.Resource) {
				return errors.New(resource.Resource + " is not")
			}
		}
		return nil
	})
	for i, w := range worlds {
		await(t, convergence, "ready", func(ctx context.Context) error { return isReady(ctx, w) })
		b.mustHaveCreatedPods(t, w, podsCreated[i])
	}
	another := b.fleet(t, 1)[0]
	b.change(t, another, convergence)
	b.mustHaveCreatedPods(t, another, 2)
	b.awaitQuiet(t, another.namespace)
	period := settled
	if testing.Short() {
		period = 5 * time.Second
	}
	b.mustNotWrite(t, period)
}
