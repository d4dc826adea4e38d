package campaign

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/dynamic"

	"godev.io/bench/internal/audit"
)

var fleets = schema.GroupVersionResource{Group: "godev.io", Version: "v1alpha1", Resource: "godevfleets"}

// objects of an environment of samples/hello-files.yaml: pod, two claims, files, Service, NetworkPolicy.
const objects = 6

// TestFleet makes a fleet, gives it another template, then one that does not build, then one that does.
func TestFleet(t *testing.T) {
	const namespace = "fleet"
	n := size(20, 200)
	atOnce := n / 10
	here.begin(t, namespace)
	ctx := t.Context()
	f := &fleet{t: t, of: here.client.Resource(fleets).Namespace(namespace), namespace: namespace, members: n}
	began := time.Now()
	if _, err := f.of.Create(ctx, f.object(atOnce), meta.CreateOptions{}); err != nil {
		t.Fatal(err)
	}

	// The first environments: all at once, and no more writes for a member than without a fleet.
	f.await(ctx, "True", "Ready")
	took := time.Since(began).Seconds()
	events := f.quietSince(ctx, f.begin)
	t.Logf("creation of %d members: %.1f s; %s", n, took, f.told(events))
	f.is("environments created", count(events, "create", "godevenvironments"), n)
	f.is("environments updated or deleted", count(events, "update", "godevenvironments")+count(events, "delete", "godevenvironments"), 0)
	for member, writes := range perMember(events) {
		if writes > 1+objects+3 {
			t.Errorf("%d writes for member %s of one environment with %d objects", writes, member, objects)
		}
	}
	f.is("templates kept", count(events, "create", "configmaps")-n, 1)
	f.atMost("statuses of the fleet", count(events, "patch", "godevfleets/status"), 8+int(took/5))
	f.is("reads", f.reads(), 0)

	// Nothing is to be done.
	mark := f.mark()
	time.Sleep(10 * time.Second)
	f.is("writes in steady state", f.writesSince(mark), 0)

	// Another template, at most so many at once.
	most := f.watch(ctx)
	mark, changed := f.mark(), time.Now()
	f.setVariable(ctx, "WHOM", "everybody")
	f.await(ctx, "True", "Ready")
	took = time.Since(changed).Seconds()
	events = f.quietSince(ctx, mark)
	t.Logf("another template, %d at once: %.1f s; %s", atOnce, took, f.told(events))
	f.is("environments updated", count(events, "update", "godevenvironments"), n)
	f.is("environments created", count(events, "create", "godevenvironments"), 0)
	f.atMost("environments that were not ready at the same time", most(), atOnce)
	f.atMost("statuses of the fleet for each member", count(events, "patch", "godevfleets/status"), 2*n+8)

	// One that does not build: it stops where it may not go further, and is taken back.
	most = f.watch(ctx)
	mark, changed = f.mark(), time.Now()
	f.setVariable(ctx, "BENCH_BUILD", "fails")
	f.await(ctx, "False", "RolledBack")
	f.awaitReady(ctx, n)
	took = time.Since(changed).Seconds()
	events = f.quietSince(ctx, mark)
	touched := map[string]int{}
	for _, e := range events {
		if e.Verb == "update" && e.Resource() == "godevenvironments" && e.Succeeded() {
			touched[e.Object.Name]++
		}
	}
	t.Logf("a template that does not build: %d of %d members got it; %.1f s until all were back; %s", len(touched), n, took, f.told(events))
	f.atMost("members that got a bad template", len(touched), atOnce)
	f.atMost("environments that were not ready at the same time", most(), atOnce)
	for member, updates := range touched {
		f.is("updates of "+member+", there and back", updates, 2)
	}
	ready := condition(f.get(ctx), "Ready")
	if message := fmt.Sprint(ready["message"]); !strings.Contains(message, "BuildFailed") || !strings.Contains(message, "main.go:7: undefined: x") {
		t.Errorf("the status does not say what is wrong: %s", message)
	}

	// It stays so: a bad template is not tried again.
	mark = f.mark()
	time.Sleep(5 * time.Second)
	f.is("writes after a template was taken back", f.writesSince(mark), 0)

	// A correct one begins anew.
	changed = time.Now()
	f.setVariable(ctx, "BENCH_BUILD", "works")
	f.await(ctx, "True", "Ready")
	t.Logf("a corrected template: %.1f s", time.Since(changed).Seconds())
}

// fleet is the one under test.
type fleet struct {
	t         *testing.T
	of        dynamic.ResourceInterface
	namespace string
	members   int
	begin     audit.Mark
}

func (f *fleet) object(atOnce int) *unstructured.Unstructured {
	f.begin = f.mark()
	var members []any
	for i := range f.members {
		members = append(members, map[string]any{"name": fmt.Sprintf("m%03d", i)})
	}
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "godev.io/v1alpha1", "kind": "GoDevFleet",
		"metadata": map[string]any{"name": "shop", "namespace": f.namespace},
		"spec": map[string]any{
			"template": map[string]any{"spec": here.sample.DeepCopy().Object["spec"]},
			"members":  members,
			"rollout":  map[string]any{"maxUpdating": int64(atOnce), "minReadySeconds": int64(1)},
		},
	}}
}

// setVariable changes the template by a variable of the program.
func (f *fleet) setVariable(ctx context.Context, name, value string) {
	f.t.Helper()
	path := []string{"spec", "template", "spec", "run", "env"}
	// again where a status was written meanwhile
	err := until(ctx, time.Minute, func() error {
		now := f.get(ctx)
		variables, _, _ := unstructured.NestedSlice(now.Object, path...)
		var changed []any
		for _, v := range variables {
			if v.(map[string]any)["name"] != name {
				changed = append(changed, v)
			}
		}
		changed = append(changed, map[string]any{"name": name, "value": value})
		if err := unstructured.SetNestedSlice(now.Object, changed, path...); err != nil {
			return err
		}
		_, err := f.of.Update(ctx, now, meta.UpdateOptions{})
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *fleet) get(ctx context.Context) *unstructured.Unstructured {
	f.t.Helper()
	now, err := f.of.Get(ctx, "shop", meta.GetOptions{})
	if err != nil {
		f.t.Fatal(err)
	}
	return now
}

// await waits until the operator says that of the fleet's present generation.
func (f *fleet) await(ctx context.Context, status, reason string) {
	f.t.Helper()
	err := until(ctx, 10*time.Minute, func() error {
		now, err := f.of.Get(ctx, "shop", meta.GetOptions{})
		if err != nil {
			return err
		}
		observed, _, _ := unstructured.NestedInt64(now.Object, "status", "observedGeneration")
		ready := condition(now, "Ready")
		if observed != now.GetGeneration() || ready["status"] != status || ready["reason"] != reason {
			return fmt.Errorf("not %s/%s: %v", status, reason, now.Object["status"])
		}
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

// awaitReady waits until so many of its environments are ready.
func (f *fleet) awaitReady(ctx context.Context, n int) {
	f.t.Helper()
	err := until(ctx, 5*time.Minute, func() error {
		if ready, _, _ := unstructured.NestedInt64(f.get(ctx).Object, "status", "ready"); ready != int64(n) {
			return fmt.Errorf("%d of %d members are ready", ready, n)
		}
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

// watch counts, from now on, how many environments are not ready at the same time; the answer ends it.
func (f *fleet) watch(ctx context.Context) (most func() int) {
	f.t.Helper()
	resource := here.client.Resource(environments).Namespace(f.namespace)
	list, err := resource.List(ctx, meta.ListOptions{})
	if err != nil {
		f.t.Fatal(err)
	}
	w, err := resource.Watch(ctx, meta.ListOptions{ResourceVersion: list.GetResourceVersion()})
	if err != nil {
		f.t.Fatal(err)
	}
	var mu sync.Mutex
	away, highest := map[string]bool{}, 0
	go func() {
		for event := range w.ResultChan() {
			env, ok := event.Object.(*unstructured.Unstructured)
			if !ok || event.Type == watch.Bookmark {
				continue
			}
			observed, _, _ := unstructured.NestedInt64(env.Object, "status", "observedGeneration")
			mu.Lock()
			if observed == env.GetGeneration() && condition(env, "Ready")["status"] == "True" {
				delete(away, env.GetName())
			} else {
				away[env.GetName()] = true
			}
			highest = max(highest, len(away))
			mu.Unlock()
		}
	}()
	return func() int {
		w.Stop()
		mu.Lock()
		defer mu.Unlock()
		return highest
	}
}

func (f *fleet) mark() audit.Mark {
	f.t.Helper()
	mark, err := here.log.Mark()
	if err != nil {
		f.t.Fatal(err)
	}
	return mark
}

func (f *fleet) writesSince(mark audit.Mark) int {
	f.mark() // reads the log to its end
	return len(here.log.Since(mark, writeOfOperator))
}

// quietSince returns the operator's writes behind a place, once there have been none for a while.
func (f *fleet) quietSince(ctx context.Context, mark audit.Mark) []audit.Event {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := here.log.Quiet(ctx, 8*time.Second, writeOfOperator); err != nil {
		f.t.Fatal(err)
	}
	return here.log.Since(mark, writeOfOperator)
}

// reads counts what the operator read of single objects since the beginning.
func (f *fleet) reads() int {
	return len(here.log.Since(f.begin, func(e audit.Event) bool {
		return e.User.Username == audit.Operator && !e.IsLease() && (e.Verb == "get" || e.Verb == "list")
	}))
}

// told sums up writes: how many of what, and for each member.
func (f *fleet) told(events []audit.Event) string {
	sums := map[string]int{}
	for _, e := range events {
		sums[e.Verb+" "+e.Resource()]++
	}
	return fmt.Sprintf("%d writes, %.2f for each member: %v", len(events), float64(len(events))/float64(f.members), sums)
}

func (f *fleet) is(what string, got, want int) {
	f.t.Helper()
	if got != want {
		f.t.Errorf("%s: %d, not %d", what, got, want)
	}
}

func (f *fleet) atMost(what string, got, most int) {
	f.t.Helper()
	if got > most {
		f.t.Errorf("%s: %d, more than %d", what, got, most)
	}
}

func count(events []audit.Event, verb, resource string) int {
	n := 0
	for _, e := range events {
		if e.Verb == verb && e.Resource() == resource && e.Succeeded() {
			n++
		}
	}
	return n
}

// perMember counts the writes for each environment of the fleet and its objects.
func perMember(events []audit.Event) map[string]int {
	sums := map[string]int{}
	for _, e := range events {
		if name, ok := strings.CutPrefix(e.Object.Name, "shop-m"); ok {
			sums[name[:3]]++
		}
	}
	return sums
}
