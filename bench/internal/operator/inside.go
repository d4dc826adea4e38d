package operator

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// Metric is the sum of the operator's samples of a metric whose labels hold a text such as `outcome="succeeded"`.
func (o *Operator) Metric(ctx context.Context, name, labels string) (float64, error) {
	body, err := o.get(ctx, "/q/metrics")
	if err != nil {
		return 0, err
	}
	return sum(string(body), name, labels)
}

// sum reads the text format of Prometheus.
func sum(metrics, name, labels string) (float64, error) {
	total, found := 0.0, false
	for line := range strings.Lines(metrics) {
		rest, ok := strings.CutPrefix(line, name)
		if !ok || rest[0] != '{' && rest[0] != ' ' || !strings.Contains(rest, labels) {
			continue
		}
		field := strings.Fields(rest)
		value, err := strconv.ParseFloat(field[len(field)-1], 64)
		if err != nil {
			return 0, fmt.Errorf("metric %s: %w", name, err)
		}
		total += value
		found = true
	}
	if !found {
		return 0, fmt.Errorf("there is no metric %s with %s", name, labels)
	}
	return total, nil
}

// Passes is how many the reconciler has made without a failure.
func (o *Operator) Passes(ctx context.Context) (float64, error) {
	return o.Metric(ctx, "godev_reconciliations_seconds_count", `outcome="succeeded"`)
}

// Reconciled fails while the operator has not made as many passes as there are environments, or some wait for one.
func (o *Operator) Reconciled(ctx context.Context, environments int) error {
	passes, err := o.Passes(ctx)
	if err != nil {
		return err
	}
	var open float64
	for _, state := range []string{"waiting", "running"} {
		n, err := o.Metric(ctx, "godev_reconciliations_"+state, "")
		if err != nil {
			return err
		}
		open += n
	}
	if passes < float64(environments) || open > 0 {
		return fmt.Errorf("%.0f passes for %d environments, %.0f open", passes, environments, open)
	}
	return nil
}

// LiveHeap is the heap that is in use after a collection, in bytes.
func (o *Operator) LiveHeap(ctx context.Context) (float64, error) {
	if _, err := o.Jcmd(ctx, "GC.run"); err != nil {
		return 0, err
	}
	return o.Metric(ctx, "jvm_memory_used_bytes", `area="heap"`)
}
