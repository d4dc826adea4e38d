//go:build campaign

package fault

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"godev.io/bench/internal/faultproxy"
)

// TestTheAPIServerAnswersNothingButErrors changes an environment while every request gets an error, reads and watches
// too: first for less time than the operator's lease lasts, then for more.
func TestTheAPIServerAnswersNothingButErrors(t *testing.T) {
	b := start(t)
	for _, refusal := range refusals {
		for _, outage := range []time.Duration{10 * time.Second, 40 * time.Second} {
			t.Run(fmt.Sprintf("%d for %s", refusal.Status, outage), func(t *testing.T) {
				b.awaitReady(t)
				w := b.world(b.namespace(t))
				b.explainFailure(t, w.namespace)
				w.take(t, script[0])
				var asked atomic.Int32
				b.proxy.OnAny(func(*http.Request) *faultproxy.Fault { asked.Add(1); return &refusal })
				b.proxy.CutWatches()
				if err := script[1].do(t.Context(), w); err != nil {
					t.Fatal(err)
				}
				select {
				case <-time.After(outage):
				case <-t.Context().Done():
				}
				b.proxy.OnAny(nil)
				if asked.Load() == 0 {
					t.Fatal("nobody asked anything")
				}
				ended := time.Now()
				await(t, 60*time.Second, "converged", func(ctx context.Context) error { return script[1].done(ctx, w) })
				t.Logf("converged %s after the end, %d requests refused", time.Since(ended).Round(time.Millisecond), asked.Load())
				b.mustHaveCreatedPods(t, w, 2)
				b.awaitReady(t)
				b.mustNotWrite(t, settled)
			})
		}
	}
}

// TestWatchesBreak breaks all watches in a way, and then changes one of two environments.
func TestWatchesBreak(t *testing.T) {
	b := start(t)
	frame := func(content string) []byte { return append([]byte{0x81, byte(len(content))}, content...) }
	for _, c := range []struct {
		name     string
		broken   func(t *testing.T)
		restarts bool // the operator may end itself, and the kubelet starts it again
	}{
		{"410 as an event", func(t *testing.T) {
			if n := b.proxy.SendEvent(faultproxy.GoneEvent()); n < len(resources) {
				t.Errorf("only %d watches", n)
			}
		}, false},
		{"410 as a status", func(t *testing.T) {
			var gone atomic.Int32
			b.proxy.OnAny(func(r *http.Request) *faultproxy.Fault {
				if r.URL.Query().Get("watch") != "true" || int(gone.Add(1)) > 2*len(resources) {
					return nil
				}
				return &faultproxy.Fault{Status: http.StatusGone}
			})
			b.proxy.CutWatches()
		}, false},
		{"a frame that is no JSON", func(*testing.T) { b.proxy.SendBytes(frame(`{"type":"ADD`)) }, true},
		{"a frame of another kind", func(*testing.T) { b.proxy.SendBytes(frame(`{"type":"ADDED","object":{"kind":"Status"}}`)) }, true},
		{"a frame without an object", func(*testing.T) { b.proxy.SendBytes(frame(`{"type":"MODIFIED"}`)) }, true},
		{"bytes that are no frame", func(*testing.T) { b.proxy.SendBytes([]byte("\xff\xff\xffgarbage\r\n\r\n")) }, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			b.awaitReady(t)
			worlds := b.fleet(t, 2)
			restarts := b.kept.restarts()
			c.broken(t)
			t.Logf("the change took %s", b.change(t, worlds[1], 60*time.Second))
			b.proxy.OnAny(nil)
			b.mustBeWell(t, worlds, []int{1, 2})
			if n := b.kept.restarts() - restarts; n > 0 {
				t.Logf("the operator was started again %d times", n)
				if !c.restarts {
					t.Error("it ended for a fault that it has to live with")
				}
			}
		})
	}
}

// TestWatchesFreeze leaves the connections of all watches up and lets no byte pass, for five minutes.
func TestWatchesFreeze(t *testing.T) {
	b := start(t)
	worlds := b.fleet(t, 2)
	began := time.Now()
	thaw := b.proxy.FreezeWatches(false)
	defer thaw()
	t.Logf("a change was seen %s after all watches froze", b.change(t, worlds[1], 3*time.Minute).Round(time.Second))
	select {
	case <-time.After(time.Until(began.Add(5 * time.Minute))):
	case <-t.Context().Done():
	}
	thaw()
	b.mustBeWell(t, worlds, []int{1, 2})
	if n := b.kept.restarts(); n > 0 {
		t.Errorf("the operator was started again %d times", n)
	}
}

// TestEveryAnswerIsLate runs the script with five seconds before each answer.
func TestEveryAnswerIsLate(t *testing.T) {
	b := start(t)
	ref := b.undisturbed(t)
	b.proxy.OnAny(func(*http.Request) *faultproxy.Fault { return &faultproxy.Fault{Delay: 5 * time.Second} })
	w := b.world(b.namespace(t))
	b.disturbedWithin(t, w, ref, 1, 2*time.Minute)
	b.proxy.OnAny(nil)
	if n := b.kept.restarts(); n > 0 {
		t.Errorf("the operator was started again %d times", n)
	}
	b.mustNotWrite(t, settled)
}

// TestTheAPIServerRestarts kills the API server while one environment changes, and starts it again.
func TestTheAPIServerRestarts(t *testing.T) {
	b := start(t)
	worlds := b.fleet(t, 2)
	pod, err := worlds[1].pod(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	worlds[1].podUID = string(pod.GetUID())
	if err := script[1].do(t.Context(), worlds[1]); err != nil {
		t.Fatal(err)
	}
	if err := b.cp.RestartAPIServer(t.Context()); err != nil {
		t.Fatal(err)
	}
	await(t, 60*time.Second, "converged", func(ctx context.Context) error { return script[1].done(ctx, worlds[1]) })
	b.mustBeWell(t, worlds, []int{1, 2})
}

// TestListsAreOld starts the operator again and answers its lists from before a change: those that may be old, as an API
// server whose cache is behind does, and then all of them.
func TestListsAreOld(t *testing.T) {
	b := start(t)
	var everything []string
	for _, resource := range resources {
		everything = append(everything, resource.Resource)
	}
	for _, c := range []struct {
		name string
		old  []string
		step int // what happened since
		lie  bool
	}{
		{"all, a pod replaced since", everything, 1, false},
		{"environments, a pod replaced since", []string{"godevenvironments"}, 1, false},
		{"all but environments, a pod replaced since", everything[1:], 1, false},
		{"environments, live fields changed since", []string{"godevenvironments"}, 2, false},
		{"all but environments, live fields changed since", everything[1:], 2, false},
		{"environments, suspended since", []string{"godevenvironments"}, 3, false},
		{"all though they may not, a pod replaced since", everything, 1, true},
		{"environments though they may not, a pod replaced since", []string{"godevenvironments"}, 1, true},
		{"pods though they may not, replaced since", []string{"pods"}, 1, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			b.awaitReady(t)
			w := b.fleet(t, 1)[0]
			b.proxy.KeepLists(true)
			if err := b.kept.kill(); err != nil {
				t.Fatal(err)
			}
			b.awaitReady(t)
			b.proxy.KeepLists(false)
			w.take(t, script[c.step])
			b.awaitQuiet(t, w.namespace)
			before, err := w.read(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			writes := len(b.proxy.Writes())

			replays := b.proxy.Replays()
			b.proxy.ReplayLists(c.lie, c.old...)
			thaw := b.proxy.FreezeWatches(true)
			if err := b.kept.kill(); err != nil {
				t.Fatal(err)
			}
			b.awaitReady(t)
			replays = b.proxy.Replays() - replays
			t.Logf("%d lists were answered with old ones", replays)
			if c.lie && replays == 0 {
				t.Error("nothing was shown")
			}
			// the watches show nothing yet: whatever the operator does, it does by what was listed
			select {
			case <-time.After(5 * time.Second):
			case <-t.Context().Done():
			}
			b.proxy.ReplayLists(false)
			thaw()
			b.awaitQuiet(t, w.namespace)
			after, err := w.read(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if text := after.difference(before); text != "" {
				t.Errorf("not as before:\n%s", text)
			}
			if keys := replaced(before, after); len(keys) > 0 {
				t.Errorf("replaced: %q", keys)
			}
			for _, write := range of(w.namespace, b.proxy.Writes()[writes:]) {
				if write.Succeeded() && (write.Verb == "create" || write.Verb == "delete") {
					t.Errorf("by old lists: %s", write)
				}
			}
			b.mustNotWrite(t, 5*time.Second)
		})
	}
}
