package main

import (
	"context"
	"fmt"
	"time"

	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"godev.io/bench/internal/audit"
)

const latencyLimit = time.Minute

// measureChanges exposes a port of one environment after the other to the outside, and takes it back: the operator
// creates a Service, or deletes it. Each time is from the change of the spec to the answer to the operator.
func measureChanges(ctx context.Context, s *site, r *Result, o Options) error {
	namespace := lastNamespace(o)
	var times []time.Duration
	for i := range o.Samples {
		env := name(i / 2 * 2 * r.Environments / max(o.Samples, 1) % r.Environments)
		expose, verb := "LoadBalancer", "create"
		if i%2 == 1 {
			expose, verb = "Cluster", "delete"
		}
		patch := fmt.Sprintf(`{"spec":{"run":{"ports":[{"name":"http","containerPort":8080,"expose":%q}]}}}`, expose)
		took, err := s.until(ctx, func() error {
			_, err := s.client.Resource(environments).Namespace(namespace).Patch(ctx, env, types.MergePatchType, []byte(patch), meta.PatchOptions{})
			return err
		}, func(e audit.Event) bool {
			return e.Verb == verb && e.Resource() == "services" && e.Object.Name == env+"-external"
		})
		if err != nil {
			return err
		}
		times = append(times, took)
	}
	r.Change = latency(times)
	s.say("spec change → child changed: p50 %.0f ms, p95 %.0f ms", r.Change.P50*1000, r.Change.P95*1000)
	return nil
}

// measureRepairs deletes one child after the other. Each time is from the deletion to the answer to the operator's
// creation of the same child.
func measureRepairs(ctx context.Context, s *site, r *Result, o Options) error {
	namespace := lastNamespace(o)
	kinds := []struct {
		resource schema.GroupVersionResource
		suffix   string
	}{{services, ""}, {configMaps, "-files"}, {policies, ""}, {pods, ""}}
	all := map[string][]time.Duration{}
	var together []time.Duration
	for i := range o.Samples {
		kind := kinds[i%len(kinds)]
		child := name(i*r.Environments/max(o.Samples, 1)%r.Environments) + kind.suffix
		took, err := s.until(ctx, func() error {
			return s.client.Resource(kind.resource).Namespace(namespace).Delete(ctx, child, meta.DeleteOptions{})
		}, func(e audit.Event) bool {
			return e.Verb == "create" && e.Resource() == kind.resource.Resource && e.Object.Name == child
		})
		if err != nil {
			return err
		}
		all[kind.resource.Resource] = append(all[kind.resource.Resource], took)
		together = append(together, took)
	}
	r.Repair = map[string]Latency{}
	for resource, times := range all {
		r.Repair[resource] = latency(times)
	}
	r.RepairAll = latency(together)
	s.say("child deleted → created again: p50 %.0f ms, p95 %.0f ms", r.RepairAll.P50*1000, r.RepairAll.P95*1000)
	return nil
}

// until does something and returns the time until the operator's request that answers it was answered.
func (s *site) until(ctx context.Context, do func() error, answer func(audit.Event) bool) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, latencyLimit)
	defer cancel()
	mark, err := s.log.Mark()
	if err != nil {
		return 0, err
	}
	began := time.Now()
	if err := do(); err != nil {
		return 0, err
	}
	events, err := s.log.Wait(ctx, mark, 1, func(e audit.Event) bool { return byOperator(e) && e.Succeeded() && answer(e) })
	if err != nil {
		return 0, err
	}
	return events[0].Answered.Sub(began), nil
}
