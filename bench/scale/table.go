package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// row is a line of the table: one measure with each number of environments.
type row struct {
	id, what string
	cell     func(Result) string
	target   string
	judged   func([]Result) (kept, measured bool)
}

func rows(results []Result) []row {
	one := func(n int, kept func(Result) bool) func([]Result) (bool, bool) {
		return func(results []Result) (bool, bool) {
			for _, r := range results {
				if r.Environments == n {
					return kept(r), true
				}
			}
			return false, false
		}
	}
	every := func(kept func(Result) bool) func([]Result) (bool, bool) {
		return func(results []Result) (bool, bool) {
			return !slices.ContainsFunc(results, func(r Result) bool { return !kept(r) }), len(results) > 0
		}
	}
	return []row{
		{"P01", "creation: operator ÷ bare client, median (of each round)", func(r Result) string {
			return fmt.Sprintf("%.2f (%s)", r.ratio(), join(ratios(r), "%.2f"))
		}, "≤ 1.5 at 500", one(500, func(r Result) bool { return r.ratio() <= 1.5 })},
		{"", "seconds of the operator, of the bare client, medians", func(r Result) string {
			return fmt.Sprintf("%.1f, %.1f", median(pick(r.Rounds, func(x Round) float64 { return x.Operator })), median(pick(r.Rounds, func(x Round) float64 { return x.Bare })))
		}, "", nil},
		{"", "seconds until all are Ready, median", func(r Result) string {
			return fmt.Sprintf("%.1f", median(pick(r.Rounds, func(x Round) float64 { return x.Ready })))
		}, "", nil},
		{"", "the same ratio of the CPU time of all programs, median (of each round)", func(r Result) string {
			ratios := pick(r.Rounds, Round.CPURatio)
			return fmt.Sprintf("%.2f (%s)", median(ratios), join(ratios, "%.2f"))
		}, "", nil},
		{"", "CPU time of the operator for an environment, median (of each round), ms", func(r Result) string {
			spent := pick(r.Rounds, func(x Round) float64 { return 1000 * x.OperatorCPU["operator"] / float64(r.Environments) })
			return fmt.Sprintf("%.0f (%s)", median(spent), join(spent, "%.0f"))
		}, "", nil},
		{"P03", "writes per environment, mean / most, for how many objects", func(r Result) string {
			return fmt.Sprintf("%.2f / %d, %d", r.Creation.Writes, r.Creation.MostWrites, r.Objects)
		}, "≤ objects + 3", every(func(r Result) bool { return r.Creation.MostWrites <= r.Objects+3 })},
		{"", "passes of the reconciler per environment", func(r Result) string { return fmt.Sprintf("%.1f", r.Creation.Passes) }, "", nil},
		{"", "reads after sync, of all environments", func(r Result) string { return fmt.Sprint(r.Creation.Reads) },
			"0", every(func(r Result) bool { return r.Creation.Reads == 0 })},
		{"P04", "writes in steady state", func(r Result) string { return fmt.Sprintf("%d in %.0f s", r.Steady.Writes, r.Steady.Seconds) },
			"0", every(func(r Result) bool { return r.Steady.Writes == 0 })},
		{"P06", "RSS, highest RSS, MiB", func(r Result) string { return fmt.Sprintf("%.0f, %.0f", r.Memory.RSS, r.Memory.MaxRSS) },
			"≤ 384 at 1000", one(1000, func(r Result) bool { return r.Memory.MaxRSS <= 384 })},
		{"", "RSS without environments, after a restart with all, MiB", func(r Result) string {
			return fmt.Sprintf("%.0f, %.0f", r.Memory.Empty, r.Memory.Restarted)
		}, "", nil},
		{"", "live heap, MiB; threads", func(r Result) string { return fmt.Sprintf("%.1f; %d", r.Memory.Heap, r.Memory.Threads) }, "", nil},
		{"", fmt.Sprintf("MiB per environment: RSS %.3f, live heap %.3f", slope(results, rss), slope(results, heap)), nil,
			"≤ 0.2", func(results []Result) (bool, bool) {
				return slope(results, rss) <= 0.2 && slope(results, heap) <= 0.2, len(results) > 1
			}},
		{"P07", "exec → ready without environments, median, s", func(r Result) string {
			return fmt.Sprintf("%.2f", median(pick(r.Starts, startSeconds)))
		}, "≤ 1.5 with an AOT cache", every(func(r Result) bool { return median(pick(r.Starts, startSeconds)) <= 1.5 })},
		{"", "CPU time of it, median, s", func(r Result) string {
			return fmt.Sprintf("%.2f", median(pick(r.Starts, func(s Start) float64 { return s.CPU })))
		}, "", nil},
		{"P08", "restart → all reconciled (ready; CPU time of the operator), s", func(r Result) string {
			return fmt.Sprintf("%.2f (%.2f; %.2f)", r.Restart.Reconciled, r.Restart.Ready, r.Restart.CPU)
		}, "≤ 10 at 1000", one(1000, func(r Result) bool { return r.Restart.Reconciled <= 10 })},
		{"", "new environment meanwhile → its pod, s", func(r Result) string { return fmt.Sprintf("%.2f", r.Restart.New) },
			"≤ 2 at 1000", one(1000, func(r Result) bool { return r.Restart.New <= 2 })},
		{"P09", "writes caused by a restart", func(r Result) string { return fmt.Sprint(r.Restart.Writes) },
			"0", every(func(r Result) bool { return r.Restart.Writes == 0 })},
		{"P10", "spec change → child changed, p50 / p95, ms", func(r Result) string { return r.Change.String() }, "", nil},
		{"", fmt.Sprintf("p95 with 1000 ÷ p95 with 100: %.2f", growth(results)), nil,
			"≤ 1.5", func(results []Result) (bool, bool) {
				g := growth(results)
				return g <= 1.5, !math.IsNaN(g)
			}},
		{"P11", "child deleted → created again, p50 / p95, ms", func(r Result) string { return r.RepairAll.String() },
			"p95 ≤ 1000", every(func(r Result) bool { return r.RepairAll.P95 <= 1 })},
		{"", "CPU: share of the bench / of others, %", func(r Result) string {
			return fmt.Sprintf("%.0f / %.0f", 100*r.Machine.OwnShare, 100*r.Machine.OtherShare)
		}, "", nil},
	}
}

func (l Latency) String() string { return fmt.Sprintf("%.0f / %.0f", 1000*l.P50, 1000*l.P95) }

func startSeconds(s Start) float64 { return s.Seconds }

func rss(m Memory) (float64, float64)  { return m.Empty, m.RSS }
func heap(m Memory) (float64, float64) { return m.EmptyHeap, m.Heap }

// slope is what an environment more costs, by least squares over all results and their empty operators.
func slope(results []Result, of func(Memory) (empty, full float64)) float64 {
	var n, x, y, xx, xy float64
	add := func(a, b float64) { n, x, y, xx, xy = n+1, x+a, y+b, xx+a*a, xy+a*b }
	for _, r := range results {
		empty, full := of(r.Memory)
		add(0, empty)
		add(float64(r.Environments), full)
	}
	return (n*xy - x*y) / (n*xx - x*x)
}

// growth is how much longer a change takes with many environments, not a number if it was not measured.
func growth(results []Result) float64 {
	p95 := map[int]float64{}
	for _, r := range results {
		p95[r.Environments] = r.Change.P95
	}
	few, many := p95[100], p95[1000]
	if few == 0 || many == 0 {
		return math.NaN()
	}
	return many / few
}

func (r Result) ratio() float64 { return median(ratios(r)) }

func ratios(r Result) []float64 { return pick(r.Rounds, Round.Ratio) }

func pick[T any](from []T, what func(T) float64) []float64 {
	var values []float64
	for _, v := range from {
		values = append(values, what(v))
	}
	return values
}

func join(values []float64, format string) string {
	var words []string
	for _, v := range values {
		words = append(words, fmt.Sprintf(format, v))
	}
	return strings.Join(words, " ")
}

// Table is the results as Markdown, and below it the requests for one environment by verb and resource.
func Table(results []Result) string {
	var b strings.Builder
	b.WriteString("| id | measure |")
	for _, r := range results {
		fmt.Fprintf(&b, " N = %d |", r.Environments)
	}
	b.WriteString(" target | |\n|---|---|" + strings.Repeat("---|", len(results)+2) + "\n")
	for _, row := range rows(results) {
		fmt.Fprintf(&b, "| %s | %s |", row.id, row.what)
		for _, r := range results {
			cell := ""
			if row.cell != nil {
				cell = row.cell(r)
			}
			fmt.Fprintf(&b, " %s |", cell)
		}
		fmt.Fprintf(&b, " %s | %s |\n", row.target, verdict(row, results))
	}
	for _, r := range results {
		fmt.Fprintf(&b, "\nRequests for one of %d environments:", r.Environments)
		for _, what := range slices.Sorted(maps.Keys(r.Creation.PerEnvironment)) {
			fmt.Fprintf(&b, " %s %.2f,", what, r.Creation.PerEnvironment[what])
		}
		fmt.Fprintf(&b, " answered with an error: %v", r.Creation.Failed)
	}
	b.WriteString("\n")
	return b.String()
}

func verdict(r row, results []Result) string {
	if r.judged == nil {
		return ""
	}
	kept, measured := r.judged(results)
	switch {
	case !measured:
		return "not measured"
	case kept:
		return "kept"
	}
	return "**missed**"
}
