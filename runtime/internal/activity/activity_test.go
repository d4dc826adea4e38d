package activity

import (
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"godev.io/runtime/internal/report"
)

var began = time.Date(2026, 1, 2, 3, 4, 5, 600, time.UTC)

func TestNobodyWorkingIsToldInTwoSteps(t *testing.T) {
	at := func(minutes float64) time.Time { return began.Add(time.Duration(minutes * float64(time.Minute))) }
	second := func(minutes float64) time.Time { return at(minutes).Truncate(time.Second) }
	steps := []struct {
		minute   float64
		kind     string
		patience time.Duration
		want     report.Use
	}{
		{0, Start, time.Hour, report.Use{}},
		{10, Command, time.Hour, report.Use{}},
		{24, "", time.Hour, report.Use{}},
		{25, "", time.Hour, report.Use{State: quiet, Since: second(10), Kind: Command}},
		{40, "", time.Hour, report.Use{State: quiet, Since: second(10), Kind: Command}},
		{41, Connection, time.Hour, report.Use{State: active, Kind: Connection}},
		{42, Terminal, time.Hour, report.Use{State: active, Kind: Connection}},
		{57, "", time.Hour, report.Use{State: quiet, Since: second(42), Kind: Terminal}},
		{102, "", time.Hour, report.Use{State: idle, Since: second(42), Kind: Terminal}},
		{103, "", 2 * time.Hour, report.Use{State: quiet, Since: second(42), Kind: Terminal}},
		{163, "", 2 * time.Hour, report.Use{State: idle, Since: second(42), Kind: Terminal}},
		{164, Files, 2 * time.Hour, report.Use{State: active, Kind: Files}},
	}
	var j judge
	for _, step := range steps {
		if got := j.use(step.kind, step.patience, at(step.minute)); got != step.want {
			t.Fatalf("after %v min: %+v, not %+v", step.minute, got, step.want)
		}
	}
}

// However work comes and goes, the reports of it are two in a quarter of the time that counts.
func TestWorkAndPausesCostFewReports(t *testing.T) {
	const patience = 20 * time.Minute
	for every := 10 * time.Second; every < patience; every += 10 * time.Second {
		var j judge
		told, reports := report.Use{}, 0
		end := began.Add(24 * time.Hour)
		for now, next := began, began; now.Before(end); now = now.Add(5 * time.Second) {
			kind := ""
			if !now.Before(next) {
				kind, next = Connection, now.Add(every)
			}
			if use := j.use(kind, patience, now); use != told {
				told = use
				reports++
			}
		}
		if most := int(24 * time.Hour / (patience / 4) * 2); reports > most {
			t.Errorf("work every %v: %d reports, more than %d", every, reports, most)
		}
		if steady := every < patience/4; steady && reports > 0 {
			t.Errorf("work every %v: %d reports", every, reports)
		}
	}
}

func TestOnlyWhoIsAskedLooks(t *testing.T) {
	// Given
	f := newPod(t)
	file := filepath.Join(t.TempDir(), "idle-minutes")
	var mu sync.Mutex
	var told []report.Use
	watch := Watch{File: file, Eyes: &f.Eyes, minute: 120 * time.Millisecond, Update: func(change func(*report.State)) {
		var state report.State
		change(&state)
		mu.Lock()
		defer mu.Unlock()
		told = append(told, state.Use)
	}}
	until := func(count int) []report.Use {
		t.Helper()
		for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
			mu.Lock()
			now := told
			mu.Unlock()
			if len(now) >= count {
				return now
			}
			if time.Now().After(deadline) {
				t.Fatalf("%d reports: %+v", len(now), now)
			}
		}
	}
	go watch.Run(t.Context())

	// Then nothing is told while nobody asks
	time.Sleep(300 * time.Millisecond)
	if got := until(0); len(got) != 0 {
		t.Fatalf("%+v", got)
	}

	// When
	write(t, file, "2\n")

	// Then
	if got := until(2); len(got) != 2 || got[0].State != quiet || got[1].State != idle || got[1].Kind != Start || got[1].Since.IsZero() {
		t.Fatalf("%+v", got)
	}
	time.Sleep(300 * time.Millisecond)
	write(t, file, "")
	if got := until(3); len(got) != 3 || got[2] != (report.Use{}) {
		t.Fatalf("%+v", got)
	}
}

func TestTheRequestIsANumberOfMinutes(t *testing.T) {
	for content, want := range map[string]int64{"60": 60, " 1\n": 1, "": 0, "-1": 0, "soon": 0, "99999999999": 0} {
		file := filepath.Join(t.TempDir(), "idle-minutes")
		write(t, file, content)
		if got := minutes(file); got != want {
			t.Errorf("%q: %d", content, got)
		}
	}
	if minutes(filepath.Join(t.TempDir(), "missing")) != 0 {
		t.Error("a missing file asks for nothing")
	}
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func number(n int) string { return strconv.Itoa(n) }
