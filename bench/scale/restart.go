package main

import (
	"context"
	"time"

	meta "k8s.io/apimachinery/pkg/apis/meta/v1"

	"godev.io/bench/internal/audit"
)

var metaCreate = meta.CreateOptions{}

// measureRestart restarts the operator while nothing has changed, and creates an environment as soon as it is ready.
func measureRestart(ctx context.Context, s *site, r *Result, o Options) error {
	const other = "another"
	namespace := lastNamespace(o)
	if err := s.cp.CreateNamespace(ctx, other); err != nil {
		return err
	}
	if err := s.stopOperator(); err != nil {
		return err
	}
	mark, err := s.log.Mark()
	if err != nil {
		return err
	}
	began := time.Now()
	ready, err := s.startOperator(ctx)
	if err != nil {
		return err
	}
	r.Restart.Ready = ready.Seconds()
	watching, err := s.log.Mark()
	if err != nil {
		return err
	}
	created := time.Now()
	if _, err := s.client.Resource(environments).Namespace(other).Create(ctx, s.environment(other, name(0)), metaCreate); err != nil {
		return err
	}
	if err := s.poll(ctx, 200*time.Millisecond, func() error { return s.op.Reconciled(ctx, r.Environments) }); err != nil {
		return err
	}
	r.Restart.Reconciled, r.Restart.CPU = time.Since(began).Seconds(), processTime(s.op.PID())
	limited, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	pod, err := s.log.Wait(limited, mark, 1, func(e audit.Event) bool {
		return byOperator(e) && e.Verb == "create" && e.Object.Resource == "pods" && e.Object.Namespace == other && e.Succeeded()
	})
	if err != nil {
		return err
	}
	r.Restart.New = pod[0].Answered.Sub(created).Seconds()
	if err := s.waitReady(ctx, other, 1); err != nil {
		return err
	}
	if err := s.log.Quiet(limited, silence, writeOfOperator); err != nil {
		return err
	}
	old := func(e audit.Event) bool { return byOperator(e) && e.Object.Namespace == namespace }
	r.Restart.Writes = len(s.log.Since(mark, func(e audit.Event) bool { return old(e) && e.IsWrite() }))
	r.Restart.Reads = len(s.log.Since(watching, func(e audit.Event) bool { return old(e) && !e.IsWrite() && e.Verb != "watch" }))
	usage, err := s.op.Usage()
	if err != nil {
		return err
	}
	r.Memory.Restarted = mebibytes(usage.RSS)
	s.say("restart: ready after %.2f s, all reconciled after %.2f s and %.2f s of CPU time, a new environment's pod after %.2f s, %d writes, RSS %.0f MiB",
		r.Restart.Ready, r.Restart.Reconciled, r.Restart.CPU, r.Restart.New, r.Restart.Writes, r.Memory.Restarted)
	return s.remove(ctx, other)
}
