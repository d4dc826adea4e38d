package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"

	"godev.io/bench/internal/audit"
)

// workers is how many environments the operator reconciles at once, if nobody sets it otherwise.
const workers = 4

// childResources are the kinds of an environment's objects, in the order in which the operator creates them.
var childResources = []schema.GroupVersionResource{claims, configMaps, services, policies, pods}

func name(i int) string { return fmt.Sprintf("e-%05d", i) }

var environmentName = regexp.MustCompile(`^e-\d{5}`)

// environmentOf is the name of the environment that a request is about.
func environmentOf(e audit.Event) string { return environmentName.FindString(e.Object.Name) }

func (s *site) environment(namespace, name string) *unstructured.Unstructured {
	env := s.sample.DeepCopy()
	env.SetName(name)
	env.SetNamespace(namespace)
	return env
}

// createEnvironments creates n of them, as fast as it can.
func (s *site) createEnvironments(ctx context.Context, namespace string, n int) error {
	return parallel(ctx, 2*workers, n, func(ctx context.Context, i int) error {
		_, err := s.client.Resource(environments).Namespace(namespace).Create(ctx, s.environment(namespace, name(i)), meta.CreateOptions{})
		return err
	})
}

// childrenOf returns the objects of an environment as anybody could create them: without what the server adds, what
// would have the garbage collector remove them, and what would have the operator take them for its own.
func (s *site) childrenOf(ctx context.Context, namespace, name string) ([]child, error) {
	var children []child
	for _, resource := range childResources {
		list, err := s.client.Resource(resource).Namespace(namespace).List(ctx, meta.ListOptions{LabelSelector: "godev.io/environment=" + name})
		if err != nil {
			return nil, err
		}
		for _, object := range list.Items {
			metadata := map[string]any{"name": object.GetName(), "labels": map[string]any{
				"app.kubernetes.io/managed-by": "bare-client", "godev.io/environment": name,
			}}
			if annotations := object.GetAnnotations(); len(annotations) > 0 {
				metadata["annotations"] = map[string]any{}
				for k, v := range annotations {
					metadata["annotations"].(map[string]any)[k] = v
				}
			}
			object.Object["metadata"] = metadata
			delete(object.Object, "status")
			for _, field := range [][]string{{"spec", "nodeName"}, {"spec", "clusterIP"}, {"spec", "clusterIPs"}, {"spec", "volumeName"}} {
				unstructured.RemoveNestedField(object.Object, field...)
			}
			children = append(children, child{resource, &object})
		}
	}
	return children, nil
}

// child is an object of an environment.
type child struct {
	resource schema.GroupVersionResource
	object   *unstructured.Unstructured
}

// createBare creates the objects of n environments with as many workers as the operator has.
func (s *site) createBare(ctx context.Context, namespace, sample string, children []child, n int) error {
	return parallel(ctx, workers, n, func(ctx context.Context, i int) error {
		for _, c := range children {
			object := c.object.DeepCopy()
			rename(object.Object, sample, name(i))
			if _, err := s.bare.Resource(c.resource).Namespace(namespace).Create(ctx, object, meta.CreateOptions{}); err != nil {
				return err
			}
		}
		return nil
	})
}

// rename replaces a name wherever it begins a value: names of objects, references to them, labels.
func rename(value any, from, to string) any {
	switch v := value.(type) {
	case map[string]any:
		for k := range v {
			v[k] = rename(v[k], from, to)
		}
	case []any:
		for i := range v {
			v[i] = rename(v[i], from, to)
		}
	case string:
		if rest, ok := strings.CutPrefix(v, from); ok {
			return to + rest
		}
	}
	return value
}

// waitReady waits until all environments of a namespace are ready.
func (s *site) waitReady(ctx context.Context, namespace string, n int) error {
	return s.poll(ctx, 500*time.Millisecond, func() error {
		list, err := s.client.Resource(environments).Namespace(namespace).List(ctx, meta.ListOptions{ResourceVersion: "0"})
		if err != nil {
			return err
		}
		ready := 0
		for _, env := range list.Items {
			if isReady(&env) {
				ready++
			}
		}
		if ready < n {
			return fmt.Errorf("%d of %d environments are ready", ready, n)
		}
		return nil
	})
}

func isReady(env *unstructured.Unstructured) bool {
	conditions, _, _ := unstructured.NestedSlice(env.Object, "status", "conditions")
	for _, c := range conditions {
		if c, ok := c.(map[string]any); ok && c["type"] == "Ready" {
			return c["status"] == "True"
		}
	}
	return false
}

// remove empties a namespace: environments first, as users do, then what has no owner.
func (s *site) remove(ctx context.Context, namespace string) error {
	for _, step := range []struct {
		resource schema.GroupVersionResource
		await    schema.GroupVersionResource
	}{{environments, pods}, {pods, pods}, {services, services}, {policies, policies}, {configMaps, configMaps}, {claims, claims}} {
		const ours = "godev.io/environment"
		options := meta.ListOptions{LabelSelector: ours}
		if step.resource == environments {
			options = meta.ListOptions{}
			// Only those of the operator have an owner that takes them along.
			if left, err := s.client.Resource(environments).Namespace(namespace).List(ctx, meta.ListOptions{Limit: 1}); err != nil {
				return err
			} else if len(left.Items) == 0 {
				continue
			}
		}
		if err := s.client.Resource(step.resource).Namespace(namespace).DeleteCollection(ctx, meta.DeleteOptions{}, options); err != nil {
			return err
		}
		awaited := s.client.Resource(step.await).Namespace(namespace)
		if err := s.poll(ctx, 100*time.Millisecond, func() error { return s.none(ctx, awaited, ours) }); err != nil {
			return err
		}
	}
	return nil
}

func (s *site) none(ctx context.Context, r dynamic.ResourceInterface, selector string) error {
	list, err := r.List(ctx, meta.ListOptions{LabelSelector: selector, Limit: 1})
	if err == nil && len(list.Items) > 0 {
		err = fmt.Errorf("%s %s is still there", list.Items[0].GetKind(), list.Items[0].GetName())
	}
	return err
}

// poll asks until the answer is nil, for ten minutes at most, and gives up when a process of the site has ended.
func (s *site) poll(ctx context.Context, every time.Duration, ask func() error) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		err := ask()
		if err == nil {
			return nil
		}
		if ended := s.cp.Check(); ended != nil {
			return ended
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-tick.C:
		}
	}
}

// parallel does n things with some workers, until one fails.
func parallel(ctx context.Context, workers, n int, do func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if err := do(ctx, i); err != nil {
					cancel(err)
				}
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}
