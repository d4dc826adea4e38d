package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"
)

// print writes a table of Markdown.
func (p plan) print(out io.Writer, s source, results map[string][]result) {
	fmt.Fprintf(out, "\n| %s: save |", s.name)
	for _, t := range p.tools {
		fmt.Fprintf(out, " %s p50 | p95 | silent | lost |", t.name)
	}
	fmt.Fprintf(out, "\n|---|%s\n", strings.Repeat("---|", 4*len(p.tools)))
	for _, w := range p.ways {
		fmt.Fprintf(out, "| %s |", w.name)
		for _, t := range p.tools {
			all := results[t.name+"/"+w.name]
			took := func(r result) time.Duration { return r.took }
			silent := func(r result) time.Duration { return r.silent }
			lost := len(all)
			all = slices.DeleteFunc(slices.Clone(all), func(r result) bool { return r.lost != nil })
			lost -= len(all)
			fmt.Fprintf(out, " %d | %d | %d | %d |", percentile(all, took, 0.5), percentile(all, took, 0.95), percentile(all, silent, 0.5), lost)
		}
		fmt.Fprintln(out)
	}
}

// percentile returns whole milliseconds, by the nearest rank.
func percentile(all []result, of func(result) time.Duration, part float64) int64 {
	var times []time.Duration
	for _, r := range all {
		times = append(times, of(r))
	}
	if len(times) == 0 {
		return 0
	}
	slices.Sort(times)
	return times[max(0, int(math.Ceil(part*float64(len(times))))-1)].Milliseconds()
}
