package campaign

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"

	"godev.io/bench/internal/audit"
)

// stuckAfter is how long a generation may go unobserved on a busy machine.
const stuckAfter = time.Minute

// An event that gets lost leaves an environment unreconciled for good (java-operator-sdk#3416).
func TestNoNameIsStuckThatIsDeletedAndMadeAgain(t *testing.T) {
	// Given
	const namespace = "again"
	here.begin(t, namespace)
	ctx := t.Context()
	others := size(10, 50)
	for i := range others {
		if _, err := here.create(ctx, here.environment(namespace, fmt.Sprintf("other-%02d", i))); err != nil {
			t.Fatal(err)
		}
	}
	churn, stop := context.WithCancel(ctx)
	var churning sync.WaitGroup
	var changes atomic.Int64
	for worker := range 2 {
		churning.Go(func() {
			for i := worker; churn.Err() == nil; i += 2 {
				if err := change(churn, namespace, fmt.Sprintf("other-%02d", i%others), i); err == nil {
					changes.Add(1)
				} else if churn.Err() == nil {
					t.Errorf("change of another: %v", err)
				}
				pause(churn, 50*time.Millisecond)
			}
		})
	}

	// When
	rounds := size(20, 200)
	var last *unstructured.Unstructured
	for i := range rounds {
		env, err := here.create(ctx, here.environment(namespace, "phoenix"))
		if err != nil {
			t.Fatal(err)
		}
		last = env
		// Then
		if i%2 == 0 { // every other one goes before it is settled, or even seen
			var seen *unstructured.Unstructured
			if err := until(ctx, stuckAfter, func() (err error) { seen, err = here.observed(ctx, env); return }); err != nil {
				t.Fatalf("round %d: %v", i, err)
			}
			// what was true of its predecessor must not be said of it
			if condition(seen, "Ready")["status"] == "True" {
				if err := here.hasItsPod(ctx, env); err != nil {
					t.Errorf("round %d: it is called ready, and %v", i, err)
				}
			}
		}
		if i == rounds-1 {
			break
		}
		pause(ctx, time.Duration(rand.IntN(50))*time.Millisecond)
		if err := here.delete(ctx, namespace, "phoenix"); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	churning.Wait()
	t.Logf("%d rounds, %d changes of %d others meanwhile", rounds, changes.Load(), others)
	if changes.Load() < int64(rounds) {
		t.Errorf("only %d changes meanwhile", changes.Load())
	}
	if err := until(ctx, 2*time.Minute, func() error { return here.ready(ctx, last) }); err != nil {
		t.Error(err)
	}
	if err := until(ctx, 2*time.Minute, func() error { return allReady(ctx, namespace, others+1) }); err != nil {
		t.Error(err)
	}
	remove(t, namespace)
}

// change edits a spec so that, by turns, the pod is replaced and only the Service changes.
func change(ctx context.Context, namespace, name string, i int) error {
	patch := fmt.Sprintf(`{"spec":{"run":{"args":["%d"]}}}`, i)
	if i%3 > 0 {
		patch = fmt.Sprintf(`{"spec":{"run":{"ports":[{"name":"http","containerPort":8080,"expose":"%s"}]}}}`, []string{"None", "Cluster"}[i%2])
	}
	_, err := here.client.Resource(environments).Namespace(namespace).Patch(ctx, name, types.MergePatchType, []byte(patch), meta.PatchOptions{})
	return err
}

func allReady(ctx context.Context, namespace string, count int) error {
	list, err := here.client.Resource(environments).Namespace(namespace).List(ctx, meta.ListOptions{})
	if err != nil {
		return err
	}
	if len(list.Items) != count {
		return fmt.Errorf("there are %d environments", len(list.Items))
	}
	for _, env := range list.Items {
		if err := here.ready(ctx, &env); err != nil {
			return fmt.Errorf("%s: %w", env.GetName(), err)
		}
	}
	return nil
}

func TestAnEnvironmentThatIsDeletedDuringAStatusPatchLeavesNothingButVolumes(t *testing.T) {
	// Given
	const namespace = "deleted"
	here.begin(t, namespace)
	ctx := t.Context()
	mark, err := here.log.Mark()
	if err != nil {
		t.Fatal(err)
	}

	// When
	rounds := size(30, 300)
	var running sync.WaitGroup
	next := make(chan int)
	for range 4 {
		running.Go(func() {
			for i := range next {
				if err := deleteWhileItIsReported(ctx, namespace, fmt.Sprintf("gone-%03d", i), i); err != nil {
					t.Errorf("round %d: %v", i, err)
				}
			}
		})
	}
	for i := range rounds {
		next <- i
	}
	close(next)
	running.Wait()

	// Then
	if err := until(ctx, time.Minute, func() error { return nothingButClaims(ctx, namespace) }); err != nil {
		t.Error(err)
	}
	if list, err := here.client.Resource(claims).Namespace(namespace).List(ctx, meta.ListOptions{}); err != nil || len(list.Items) == 0 {
		t.Errorf("no volume was kept: %v", err)
	}
	if err := here.log.Read(); err != nil {
		t.Fatal(err)
	}
	reports := here.log.Since(mark, func(e audit.Event) bool {
		return writeOfOperator(e) && e.Resource() == "godevenvironments/status" && e.Object.Namespace == namespace
	})
	late := 0
	for _, e := range reports {
		if e.Response.Code == http.StatusNotFound || e.Response.Code == http.StatusConflict {
			late++
		}
	}
	t.Logf("%d rounds: %d status patches, of which %d came after the deletion", rounds, len(reports), late)
	if late == 0 {
		t.Error("no deletion was during a status patch: nothing was tested")
	}
}

// deleteWhileItIsReported deletes an environment when its status is about to be written: just after its pod was made, or
// after its spec was changed.
func deleteWhileItIsReported(ctx context.Context, namespace, name string, i int) error {
	watching, err := here.client.Resource(pods).Namespace(namespace).Watch(ctx, meta.ListOptions{LabelSelector: ofEnvironment + "=" + name})
	if err != nil {
		return err
	}
	defer watching.Stop()
	env, err := here.create(ctx, here.environment(namespace, name))
	if err != nil {
		return err
	}
	if err := made(ctx, watching); err != nil {
		return err
	}
	if i%2 == 1 {
		if err := until(ctx, stuckAfter, func() error { _, err := here.observed(ctx, env); return err }); err != nil {
			return err
		}
		if err := change(ctx, namespace, name, i); err != nil {
			return err
		}
	}
	pause(ctx, time.Duration(rand.IntN(20))*time.Millisecond)
	return here.delete(ctx, namespace, name)
}

func made(ctx context.Context, watching watch.Interface) error {
	for {
		select {
		case event := <-watching.ResultChan():
			if event.Type == watch.Added {
				return nil
			}
		case <-time.After(stuckAfter):
			return errors.New("no pod was made")
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// nothingButClaims fails while there is something of an environment, other than what outlives it.
func nothingButClaims(ctx context.Context, namespace string) error {
	var left []string
	for _, resource := range []schema.GroupVersionResource{environments, pods, services, policies, configMaps} {
		options := meta.ListOptions{LabelSelector: ofEnvironment}
		if resource == environments {
			options = meta.ListOptions{}
		}
		list, err := here.client.Resource(resource).Namespace(namespace).List(ctx, options)
		if err != nil {
			return err
		}
		for _, object := range list.Items {
			left = append(left, object.GetKind()+" "+object.GetName())
		}
	}
	if len(left) > 0 {
		return fmt.Errorf("there is still %s", strings.Join(left, ", "))
	}
	return nil
}

// remove empties a namespace of environments, so that later tests have the machine to themselves.
func remove(t *testing.T, namespace string) {
	t.Helper()
	if err := here.client.Resource(environments).Namespace(namespace).DeleteCollection(t.Context(), meta.DeleteOptions{}, meta.ListOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := until(t.Context(), time.Minute, func() error { return nothingButClaims(t.Context(), namespace) }); err != nil {
		t.Error(err)
	}
}

func TestInSteadyStateNothingIsWritten(t *testing.T) {
	// Given
	const namespace = "steady"
	here.begin(t, namespace)
	ctx := t.Context()
	const count = 20
	for i := range count {
		if _, err := here.create(ctx, here.environment(namespace, fmt.Sprintf("e-%02d", i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := until(ctx, 2*time.Minute, func() error { return allReady(ctx, namespace, count) }); err != nil {
		t.Fatal(err)
	}

	// When
	quiet(t, time.Duration(size(10, 120))*time.Second, func() {})
	remove(t, namespace)
}

// settling is longer than a status waits to be written.
const settling = 8 * time.Second

// quiet waits until the operator has done what it had to, and fails if it writes anything in the time that follows, in
// which something is done every second.
func quiet(t *testing.T, while time.Duration, everySecond func()) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	if err := here.log.Quiet(ctx, settling, writeOfOperator); err != nil {
		t.Error(err)
		return
	}
	mark, err := here.log.Mark()
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(while); time.Now().Before(end); pause(t.Context(), time.Second) {
		everySecond()
	}
	if err := here.log.Read(); err != nil {
		t.Fatal(err)
	}
	if written := here.log.Since(mark, writeOfOperator); len(written) > 0 {
		t.Errorf("%d writes in %s:\n%s", len(written), while, writes(written))
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
