package cli

import (
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"godev.io/runtime/internal/delvetest"
)

// ticks of /proc/PID/stat, 100 a second on every Linux.
const tick = 10 * time.Millisecond

// cpu is what the process took of a core so far.
func (l *innerLoop) cpu() time.Duration {
	l.t.Helper()
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", l.command.Process.Pid))
	if err != nil {
		l.t.Fatal(err)
	}
	fields := strings.Fields(string(content[strings.LastIndexByte(string(content), ')')+1:]))
	var sum time.Duration
	for _, field := range fields[11:13] { // utime and stime (proc_pid_stat(5))
		n, err := strconv.Atoi(field)
		if err != nil {
			l.t.Fatal(err)
		}
		sum += time.Duration(n) * tick
	}
	return sum
}

func raceDetector() bool {
	info, _ := debug.ReadBuildInfo()
	return slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

func TestGodevdIsIdleWhenNothingHappens(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	most := 0.01
	if raceDetector() {
		most = 0.02 // it makes everything slower
	}
	for name, flags := range map[string][]string{
		"by itself":  {"--watch=Notify"},
		"with a dlv": {"--watch=Notify", "--debug-port", strconv.Itoa(freePort(t)), "--dlv", delvetest.Path(t)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// Given
			l := &innerLoop{address: freeAddress(t)}
			files := map[string]string{"go.mod": goMod, "main.go": l.source("v0")}
			for i := range 2000 {
				files[fmt.Sprintf("lib%d/f%d.go", i/10, i)] = "package lib\n"
			}
			l.pod = newPod(t, files, "ADDRESS="+l.address)
			time.Sleep(50 * time.Millisecond) // as in newLoop
			l.run(flags...)
			l.serves("v0")
			time.Sleep(5 * time.Second) // what is new is read, and looked at twice

			// When
			before, began := l.cpu(), time.Now()
			time.Sleep(10 * time.Second)

			// Then
			took, cost := time.Since(began), l.cpu()-before
			share := float64(cost) / float64(took)
			t.Logf("%v of %v: %.1f %% of a core", cost, took, 100*share)
			if share >= most {
				t.Error("too much")
			}
		})
	}
}
