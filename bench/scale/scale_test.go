package main

import (
	"math"
	"strings"
	"testing"
	"time"

	"godev.io/bench/internal/operator"
)

// TestCounts holds what has to be exact whatever else the machine does; times are for the long form.
func TestCounts(t *testing.T) {
	const n = 20
	dir := t.TempDir()
	app, err := operator.Train(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Measure(t.Context(), n, Options{App: app, Rounds: 1, Steady: 10 * time.Second, Samples: 12, Starts: 1, Dir: dir, Log: t.Output()})
	if err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + Table([]Result{r}))
	// As samples/hello-files.yaml has it: pod, two claims, files, Service, NetworkPolicy.
	if r.Objects != 6 {
		t.Errorf("an environment has %d objects, not 6", r.Objects)
	}
	if r.Creation.MostWrites > r.Objects+3 {
		t.Errorf("P03: %d writes for an environment of %d objects, %v", r.Creation.MostWrites, r.Objects, r.Creation.PerEnvironment)
	}
	if creations := r.Creation.PerEnvironment["create pods"]; math.Abs(creations-1) > 1e-9 {
		t.Errorf("P03: %.2f pods were created for an environment", creations)
	}
	if r.Creation.Reads != 0 || len(r.Creation.Failed) != 0 {
		t.Errorf("P03: %d reads, failed: %v", r.Creation.Reads, r.Creation.Failed)
	}
	if r.Steady.Writes != 0 {
		t.Errorf("P04: %d writes in steady state", r.Steady.Writes)
	}
	if r.Restart.Writes != 0 || r.Restart.Reads != 0 {
		t.Errorf("P09: %d writes and %d reads after a restart", r.Restart.Writes, r.Restart.Reads)
	}
	if r.Change.Samples != 12 || r.RepairAll.Samples != 12 {
		t.Errorf("P10, P11: %d and %d samples, not 12", r.Change.Samples, r.RepairAll.Samples)
	}
}

func TestQuantile(t *testing.T) {
	var times []time.Duration
	for i := 20; i > 0; i-- {
		times = append(times, time.Duration(i)*time.Second)
	}
	if got := latency(times); got != (Latency{10, 19, 20}) {
		t.Errorf("got %+v", got)
	}
	if got := latency(times[19:]); got != (Latency{1, 1, 1}) {
		t.Errorf("got %+v", got)
	}
	if got := median([]float64{4, 1, 3}); got != 3 {
		t.Errorf("got %v", got)
	}
}

func TestSlopeAndGrowth(t *testing.T) {
	results := []Result{
		{Environments: 100, Memory: Memory{Empty: 100, RSS: 120, EmptyHeap: 10, Heap: 20}, Change: Latency{P95: 0.1}},
		{Environments: 1000, Memory: Memory{Empty: 100, RSS: 300, EmptyHeap: 10, Heap: 110}, Change: Latency{P95: 0.2}},
	}
	if a, b := slope(results, rss), slope(results, heap); math.Abs(a-0.2) > 1e-9 || math.Abs(b-0.1) > 1e-9 {
		t.Errorf("slopes %v and %v", a, b)
	}
	if g := growth(results); g != 2 {
		t.Errorf("growth %v", g)
	}
	if g := growth(results[:1]); !math.IsNaN(g) {
		t.Errorf("growth %v of what was not measured", g)
	}
}

func TestVerdicts(t *testing.T) {
	good := Result{Environments: 500, Objects: 6, Rounds: []Round{{Operator: 14, Bare: 10}}, Creation: Requests{MostWrites: 9}}
	bad := good
	bad.Rounds, bad.Creation.MostWrites = []Round{{Operator: 16, Bare: 10}}, 10
	for _, c := range []struct {
		name    string
		results []Result
		row     string
		want    string
	}{
		{"kept", []Result{good}, "| P01 |", "kept"},
		{"missed", []Result{bad}, "| P01 |", "**missed**"},
		{"missed by one of two", []Result{good, bad}, "| P03 |", "**missed**"},
		{"not measured", []Result{{Environments: 100}}, "| P01 |", "not measured"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for line := range strings.Lines(Table(c.results)) {
				if strings.HasPrefix(line, c.row) {
					if !strings.Contains(line, c.want) {
						t.Errorf("%q is not in %s", c.want, line)
					}
					return
				}
			}
			t.Errorf("no row %s", c.row)
		})
	}
}

func TestRenameReachesNamesReferencesAndLabels(t *testing.T) {
	object := map[string]any{
		"metadata": map[string]any{"name": "e-9-files", "labels": map[string]any{"godev.io/environment": "e-9"}},
		"spec":     map[string]any{"volumes": []any{map[string]any{"claimName": "e-9-cache"}}, "image": "golang", "port": int64(8080)},
	}
	rename(object, "e-9", "e-1")
	if text := object["metadata"].(map[string]any)["name"]; text != "e-1-files" {
		t.Error(text)
	}
	if text := object["metadata"].(map[string]any)["labels"].(map[string]any)["godev.io/environment"]; text != "e-1" {
		t.Error(text)
	}
	if text := object["spec"].(map[string]any)["volumes"].([]any)[0].(map[string]any)["claimName"]; text != "e-1-cache" {
		t.Error(text)
	}
}
