package main

import (
	"math"
	"slices"
	"time"
)

// Result is what was measured with one number of environments. Times are in seconds, memory in MiB.
type Result struct {
	Environments int
	Objects      int     // of one environment
	Starts       []Start // without environments
	Rounds       []Round
	Creation     Requests
	Steady       Steady
	Memory       Memory
	Restart      Restart
	Change       Latency
	Repair       map[string]Latency // by resource
	RepairAll    Latency
	Machine      Machine
}

// CPURatio is that of the CPU time that all programs spent, which other load on the machine touches less.
func (r Round) CPURatio() float64 { return total(r.OperatorCPU) / total(r.BareCPU) }

func total(times map[string]float64) float64 {
	sum := 0.0
	for _, time := range times {
		sum += time
	}
	return sum
}

// Start is one of the operator, from exec until it is ready.
type Start struct{ Seconds, CPU float64 }

// Round is one creation of all objects by the operator, and one by the bare client.
type Round struct {
	Operator float64
	Bare     float64
	Ready    float64 // from the first environment's creation until the last one is ready

	// CPU time by program until all objects were there, of the operator's turn and of the bare client's.
	OperatorCPU, BareCPU map[string]float64
}

// Ratio is the operator's time by the bare client's.
func (r Round) Ratio() float64 { return r.Operator / r.Bare }

// Requests are the operator's in the last round, from the first environment's creation until it falls silent.
type Requests struct {
	PerEnvironment map[string]float64 // by verb and resource
	Writes         float64            // per environment
	MostWrites     int                // for one environment
	Passes         float64            // of the reconciler, per environment
	Reads          int                // of all environments
	Failed         map[string]int     // by verb, resource and code
}

// Steady is a while in which nothing changes.
type Steady struct {
	Seconds  float64
	Writes   int
	Renewals int // of the lease
}

// Memory is the operator's.
type Memory struct {
	Limited   bool    // by a cgroup
	Empty     float64 // RSS without environments
	RSS       float64
	MaxRSS    float64
	Restarted float64 // RSS of an operator that started with all environments there
	EmptyHeap float64 // live, without environments
	Heap      float64 // live
	Threads   int
}

// Restart is one of the operator while all environments are there and nothing has changed.
type Restart struct {
	Ready      float64 // from its start
	Reconciled float64 // from its start until each environment was looked at
	CPU        float64 // of the operator until then
	New        float64 // from the creation of another environment, when it is ready, to that of its pod
	Writes     int     // for the environments that were there
	Reads      int     // but for lists that watches begin with
}

// Latency is a set of times.
type Latency struct {
	P50, P95 float64
	Samples  int
}

func latency(times []time.Duration) Latency {
	if len(times) == 0 {
		return Latency{}
	}
	sorted := slices.Sorted(slices.Values(times))
	return Latency{quantile(sorted, 0.5).Seconds(), quantile(sorted, 0.95).Seconds(), len(times)}
}

// quantile is the smallest time that the share of all is not above.
func quantile(sorted []time.Duration, share float64) time.Duration {
	return sorted[max(0, int(math.Ceil(share*float64(len(sorted))))-1)]
}

func median(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 0 {
		return (sorted[middle-1] + sorted[middle]) / 2
	}
	return sorted[middle]
}
