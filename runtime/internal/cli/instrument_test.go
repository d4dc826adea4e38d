package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"godev.io/runtime/internal/termination"
)

// ending has a program end by itself when it is asked to, as one whose coverage is wanted has to.
const ending = `c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGTERM)
	go func() { <-c; os.Exit(0) }()`

// covered lists the binaries that counters were written of, one for each run.
func (l *innerLoop) covered() []string {
	l.t.Helper()
	files, err := filepath.Glob(filepath.Join(l.dir, "cache", "coverage", "covcounters.*"))
	if err != nil {
		l.t.Fatal(err)
	}
	var binaries []string
	for _, file := range files {
		binaries = append(binaries, strings.Split(filepath.Base(file), ".")[1])
	}
	return binaries
}

func (l *innerLoop) stop() {
	l.t.Helper()
	_ = l.command.Process.Signal(syscall.SIGTERM)
	code, message := l.end(l.command)
	l.want(code, message, exitStopped, termination.PhaseRun, termination.Stopped)
}

func (l *innerLoop) covdata(args ...string) string {
	l.t.Helper()
	command := exec.Command("go", append([]string{"tool", "covdata"}, args...)...)
	command.Dir, command.Env = l.workspace, l.env
	out, err := command.CombinedOutput()
	if err != nil {
		l.t.Errorf("%v: %v\n%s", args, err, out)
	}
	return string(out)
}

func TestTheCoverageOfEachProgramIsKept(t *testing.T) {
	// Given
	l := newLoop(t, ending, "--instrument=Coverage")
	if got := l.covered(); len(got) > 0 {
		t.Errorf("there are data before a program ended: %v", got)
	}

	// When
	for i, version := range []string{"v1", "v2"} {
		l.save("main.go", l.source(version)+"\nfunc "+version+"() {}\n")
		l.serves(version)
		// Then
		if got := l.covered(); len(got) != i+1 { // what replaced it was started after it ended
			t.Errorf("after the %d. reload there are data of %v", i+1, got)
		}
	}
	l.stop()
	binaries := l.covered()
	slices.Sort(binaries)
	if len(slices.Compact(binaries)) != 3 {
		t.Errorf("there are data of %v, not of three programs", binaries)
	}
	if text := l.covdata("percent", "-i="+filepath.Join(l.dir, "cache", "coverage")); !strings.Contains(text, "example.com/x") || strings.Contains(text, " 0.0%") {
		t.Errorf("covdata says %s", text)
	}

	// And a program that is started again, as in the next pod, adds to them
	l.run("--instrument=Coverage")
	l.serves("v2")
	l.stop()
	if got := l.covered(); len(got) != 4 {
		t.Errorf("there are data of %v", got)
	}
	profile := filepath.Join(l.dir, "profile")
	l.covdata("textfmt", "-i="+filepath.Join(l.dir, "cache", "coverage"), "-o="+profile)
	if content, err := os.ReadFile(profile); err != nil || !strings.Contains(string(content), "example.com/x/main.go:") {
		t.Errorf("%s, %v", content, err)
	}
}

func TestCoverageOfAProgramThatIsKilledIsNotThere(t *testing.T) {
	l := newLoop(t, "", "--instrument=Coverage")
	l.save("main.go", l.source("v1"))
	l.serves("v1")
	if got := l.covered(); len(got) > 0 {
		t.Errorf("the guide says otherwise: %v", got)
	}
}

func TestRacesOfEachProgramAreTold(t *testing.T) {
	l := newLoop(t, "", "--instrument=Race")
	if strings.Contains(l.stderr.String(), "DATA RACE") {
		t.Error("there is a race where there is none")
	}
	l.extra = `n := 0
	done := make(chan bool)
	for i := 0; i < 2; i++ { go func() { n++; done <- true }() }
	<-done; <-done`
	l.save("main.go", l.source("racing"))
	l.serves("racing")
	l.stderr.wait(t, "WARNING: DATA RACE", 1)
	l.extra = ""
	l.save("main.go", l.source("repaired"))
	l.serves("repaired")
}

func TestRacesWithoutACompilerAreRefused(t *testing.T) {
	for name, env := range map[string]string{"no compiler": "CC=no-such-compiler", "no cgo": "CGO_ENABLED=0"} {
		t.Run(name, func(t *testing.T) {
			l := &innerLoop{address: freeAddress(t)}
			l.pod = newPod(t, map[string]string{"go.mod": goMod, "main.go": l.source("v0")}, "ADDRESS="+l.address, env)
			const remedy = "spec.run.instrument: Race needs cgo and a C compiler. Use golang:<version>-bookworm"

			// the pod's own build, and the same without the inner loop
			code, message := l.godevd(append([]string{"build", "--instrument=Race"}, l.programFlags()...)...)
			l.want(code, message, exitFailed, termination.PhaseBuild, termination.CgoCompilerMissing, remedy)
			code, message = l.godevd(append([]string{"run", "--instrument=Race"}, l.programFlags()...)...)
			l.want(code, message, exitFailed, termination.PhaseRun, termination.CgoCompilerMissing, remedy)

			// and with it, as no save brings a compiler
			code, message = l.godevd(append([]string{"run", "--reload=OnChange", "--instrument=Race"}, l.programFlags()...)...)
			l.want(code, message, exitFailed, termination.PhaseRun, termination.CgoCompilerMissing, remedy)
		})
	}
}
