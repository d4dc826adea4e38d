package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"godev.io/bench/internal/audit"
	"godev.io/bench/internal/operator"
)

// Options say how much is measured.
type Options struct {
	Rounds  int
	Steady  time.Duration
	Samples int
	Starts  int // of an operator without environments
	App     *operator.App
	Dir     string    // for the operator's log; the control plane's folder if empty
	JVM     []string  // further options
	Log     io.Writer // what is under way; nil for silence
}

// silence is how long the operator writes nothing before it counts as done: longer than a status waits to be written.
const silence = 8 * time.Second

// Measure measures everything with n environments, on a control plane of its own.
func Measure(ctx context.Context, n int, o Options) (result Result, err error) {
	s, err := newSite(ctx, o)
	if err != nil {
		return Result{}, err
	}
	defer func() {
		if closing := s.close(); err == nil {
			err = closing
		}
	}()
	s.say("%d environments: the control plane is up", n)
	result = Result{Environments: n}
	machine := beginMachine(s)
	for _, step := range []func(context.Context, *site, *Result, Options) error{
		measureStarts, measureRounds, measureSteady, measureMemory, measureRestart, measureChanges, measureRepairs,
	} {
		if err := step(ctx, s, &result, o); err != nil {
			return result, err
		}
	}
	result.Machine, err = machine.end(s)
	return result, err
}

// lastNamespace is where the environments of the last round stay.
func lastNamespace(o Options) string { return fmt.Sprintf("operator-%d", o.Rounds) }

func measureStarts(ctx context.Context, s *site, r *Result, o Options) error {
	for i := range o.Starts {
		if i > 0 {
			if err := s.stopOperator(); err != nil {
				return err
			}
		}
		took, err := s.startOperator(ctx)
		if err != nil {
			return err
		}
		start := Start{took.Seconds(), processTime(s.op.PID())}
		r.Starts = append(r.Starts, start)
		s.say("exec → ready in %.2f s, %.2f s of CPU time", start.Seconds, start.CPU)
	}
	usage, err := s.op.Usage()
	if err != nil {
		return err
	}
	r.Memory.Empty, r.Memory.Limited = mebibytes(usage.RSS), s.op.MemoryLimited()
	r.Memory.EmptyHeap, err = s.op.LiveHeap(ctx)
	r.Memory.EmptyHeap /= mebi
	return err
}

// measureRounds has the operator and the bare client create all objects, by turns. The operator's of the last round stay.
func measureRounds(ctx context.Context, s *site, r *Result, o Options) error {
	const example = "example"
	sample := name(99999)
	if err := s.cp.CreateNamespace(ctx, example); err != nil {
		return err
	}
	if _, err := s.client.Resource(environments).Namespace(example).Create(ctx, s.environment(example, sample), metaCreate); err != nil {
		return err
	}
	if err := s.waitReady(ctx, example, 1); err != nil {
		return err
	}
	children, err := s.childrenOf(ctx, example, sample)
	if err != nil {
		return err
	}
	r.Objects = len(children)
	if err := s.remove(ctx, example); err != nil {
		return err
	}
	for i := range o.Rounds {
		var round Round
		last := i == o.Rounds-1
		turns := []func() error{
			func() error { return s.bareRound(ctx, r, &round, i, sample, children) },
			func() error { return s.operatorRound(ctx, r, &round, i, last) },
		}
		if i%2 == 1 {
			turns[0], turns[1] = turns[1], turns[0]
		}
		for _, turn := range turns {
			if err := turn(); err != nil {
				return err
			}
		}
		r.Rounds = append(r.Rounds, round)
		s.say("round %d: operator %.1f s, bare client %.1f s, ratio %.2f; all ready after %.1f s", i+1, round.Operator, round.Bare, round.Ratio(), round.Ready)
		s.say("CPU seconds of the operator's turn: %s; of the bare client's %s", list(round.OperatorCPU), list(round.BareCPU))
	}
	return nil
}

func (s *site) bareRound(ctx context.Context, r *Result, round *Round, i int, sample string, children []child) error {
	namespace := fmt.Sprintf("bare-%d", i+1)
	if err := s.cp.CreateNamespace(ctx, namespace); err != nil {
		return err
	}
	began, err := s.log.Mark()
	if err != nil {
		return err
	}
	before := cpuByProgram(s)
	if err := s.createBare(ctx, namespace, sample, children, r.Environments); err != nil {
		return err
	}
	created, err := s.log.Wait(ctx, began, r.Environments*r.Objects, func(e audit.Event) bool {
		return e.User.Username == audit.BareClient && e.Verb == "create" && e.Succeeded()
	})
	if err != nil {
		return err
	}
	round.Bare, round.BareCPU = span(created).Seconds(), spent(s, before)
	return s.remove(ctx, namespace)
}

// span is the time from the first of some requests to the last answer.
func span(events []audit.Event) time.Duration {
	first, last := events[0].Received, events[0].Answered
	for _, e := range events {
		if e.Received.Before(first) {
			first = e.Received
		}
		if e.Answered.After(last) {
			last = e.Answered
		}
	}
	return last.Sub(first)
}

func (s *site) operatorRound(ctx context.Context, r *Result, round *Round, i int, last bool) error {
	namespace := fmt.Sprintf("operator-%d", i+1)
	if err := s.cp.CreateNamespace(ctx, namespace); err != nil {
		return err
	}
	mark, err := s.log.Mark()
	if err != nil {
		return err
	}
	passes, err := s.op.Passes(ctx)
	if err != nil {
		return err
	}
	began, before := time.Now(), cpuByProgram(s)
	if err := s.createEnvironments(ctx, namespace, r.Environments); err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	created, err := s.log.Wait(limited, mark, r.Environments*r.Objects, func(e audit.Event) bool {
		return byOperator(e) && e.Verb == "create" && e.Succeeded() && e.Object.Resource != "events" && e.Object.Namespace == namespace
	})
	if err != nil {
		return err
	}
	round.OperatorCPU = spent(s, before)
	end := began
	for _, e := range created {
		if e.Answered.After(end) {
			end = e.Answered
		}
	}
	round.Operator = end.Sub(began).Seconds()
	if err := s.waitReady(ctx, namespace, r.Environments); err != nil {
		return err
	}
	round.Ready = time.Since(began).Seconds()
	if !last {
		return s.remove(ctx, namespace)
	}
	if err := s.log.Quiet(limited, silence, writeOfOperator); err != nil {
		return err
	}
	r.Creation = count(s.log.Since(mark, byOperator), namespace, r.Environments)
	after, err := s.op.Passes(ctx)
	r.Creation.Passes = (after - passes) / float64(r.Environments)
	return err
}

// count sums up the requests for the environments of a namespace.
func count(events []audit.Event, namespace string, n int) Requests {
	r := Requests{PerEnvironment: map[string]float64{}, Failed: map[string]int{}}
	writes := map[string]int{}
	for _, e := range events {
		if e.Verb == "watch" || e.Object.Namespace != namespace {
			continue
		}
		r.PerEnvironment[e.Verb+" "+e.Resource()] += 1 / float64(n)
		if !e.Succeeded() {
			r.Failed[fmt.Sprintf("%s %s %d", e.Verb, e.Resource(), e.Response.Code)]++
		}
		if !e.IsWrite() {
			r.Reads++
			continue
		}
		r.Writes += 1 / float64(n)
		env := environmentOf(e)
		writes[env]++
		r.MostWrites = max(r.MostWrites, writes[env])
	}
	return r
}

func measureSteady(ctx context.Context, s *site, r *Result, o Options) error {
	mark, err := s.log.Mark()
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(o.Steady):
	}
	if _, err := s.log.Mark(); err != nil {
		return err
	}
	r.Steady = Steady{
		Seconds:  o.Steady.Seconds(),
		Writes:   len(s.log.Since(mark, writeOfOperator)),
		Renewals: len(s.log.Since(mark, func(e audit.Event) bool { return e.IsLease() && e.IsWrite() && e.User.Username == audit.Operator })),
	}
	s.say("%d writes in %.0f s, and %d renewals of the lease", r.Steady.Writes, r.Steady.Seconds, r.Steady.Renewals)
	return nil
}

const mebi = 1 << 20

func mebibytes(n int64) float64 { return float64(n) / mebi }

func measureMemory(ctx context.Context, s *site, r *Result, _ Options) error {
	usage, err := s.op.Usage()
	if err != nil {
		return err
	}
	r.Memory.RSS, r.Memory.MaxRSS, r.Memory.Threads = mebibytes(usage.RSS), mebibytes(usage.MaxRSS), usage.Threads
	heap, err := s.op.LiveHeap(ctx)
	if err != nil {
		return err
	}
	r.Memory.Heap = heap / mebi
	s.say("RSS %.0f MiB (highest %.0f), live heap %.0f MiB, %d threads", r.Memory.RSS, r.Memory.MaxRSS, r.Memory.Heap, r.Memory.Threads)
	return nil
}
