package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Machine is what else ran beside a measurement.
type Machine struct {
	CPUs       int
	Seconds    float64
	OwnShare   float64 // of all CPU time: the control plane, the operator and the bench
	OtherShare float64 // of all CPU time: everything else on the machine
}

type sampler struct {
	began       time.Time
	busy, total float64
	own         float64
}

// ticks is the kernel's USER_HZ, which is 100 wherever Go runs.
const ticks = 100

func beginMachine(s *site) sampler {
	busy, total, _ := cpuTimes()
	return sampler{time.Now(), busy, total, ownTime(s)}
}

func (b sampler) end(s *site) (Machine, error) {
	busy, total, cpus := cpuTimes()
	if total <= b.total {
		return Machine{}, fmt.Errorf("/proc/stat does not count")
	}
	own := ownTime(s) - b.own
	m := Machine{CPUs: cpus, Seconds: time.Since(b.began).Seconds(), OwnShare: own / (total - b.total)}
	m.OtherShare = max(0, (busy-b.busy)/(total-b.total)-m.OwnShare)
	return m, nil
}

// cpuTimes are the seconds that all CPUs together were busy, and that they were there.
func cpuTimes() (busy, total float64, cpus int) {
	content, _ := os.ReadFile("/proc/stat")
	for line := range strings.Lines(string(content)) {
		field := strings.Fields(line)
		if len(field) < 9 || !strings.HasPrefix(field[0], "cpu") {
			continue
		}
		if field[0] != "cpu" {
			cpus++
			continue
		}
		for i, text := range field[1:9] { // guest times are within the others
			n, _ := strconv.ParseFloat(text, 64)
			total += n / ticks
			if i != 3 && i != 4 { // idle, and idle while waiting for a disk
				busy += n / ticks
			}
		}
	}
	return busy, total, cpus
}

// ownTime is the CPU time of the bench and of all its children, those that have ended too.
func ownTime(s *site) float64 {
	sum := usage(syscall.RUSAGE_CHILDREN)
	for _, time := range cpuByProgram(s) {
		sum += time
	}
	return sum
}

// cpuByProgram is the CPU time of the processes that run now, the bench's own with it.
func cpuByProgram(s *site) map[string]float64 {
	times := map[string]float64{"bench": usage(syscall.RUSAGE_SELF)}
	for name, pid := range s.cp.PIDs() {
		times[name] = processTime(pid)
	}
	if s.op != nil {
		times["operator"] = processTime(s.op.PID())
	}
	return times
}

// spent is what each program has used since.
func spent(s *site, before map[string]float64) map[string]float64 {
	times := cpuByProgram(s)
	for name := range times {
		times[name] -= before[name]
	}
	return times
}

func usage(who int) float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(who, &u); err != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

func processTime(pid int) float64 {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	// The name, in parentheses, may hold blanks.
	field := strings.Fields(string(content[strings.LastIndexByte(string(content), ')')+1:]))
	if len(field) < 13 {
		return 0
	}
	user, _ := strconv.ParseFloat(field[11], 64)
	system, _ := strconv.ParseFloat(field[12], 64)
	return (user + system) / ticks
}

func list(times map[string]float64) string {
	var words []string
	for _, name := range slices.Sorted(maps.Keys(times)) {
		words = append(words, fmt.Sprintf("%s %.1f", name, times[name]))
	}
	return strings.Join(words, ", ")
}
