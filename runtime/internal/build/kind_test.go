package build

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"godev.io/runtime/internal/envvars"
	"godev.io/runtime/internal/gotool"
	"godev.io/runtime/internal/termination"
)

func TestFlags(t *testing.T) {
	const debug, plain = "-gcflags=all=-N -l", "-ldflags=-compressdwarf=false"
	tests := map[string]struct {
		kind    Kind
		goflags string
		want    []string
	}{
		"nothing":             {Kind{}, "-ldflags=-w", nil},
		"none":                {Kind{Instrument: None}, "", nil},
		"race":                {Kind{Instrument: Race}, "", []string{"-race"}},
		"coverage":            {Kind{Instrument: Coverage}, "", []string{"-cover"}},
		"debug":               {Kind{Debug: true}, "-buildvcs=false", []string{debug, plain}},
		"debug, and race":     {Kind{Race, true}, "", []string{"-race", debug, plain}},
		"user's own ldflags":  {Kind{Debug: true}, `-v '-ldflags=-X main.v=1'`, []string{debug}},
		"user's own gcflags":  {Kind{Debug: true}, "-gcflags=-m", []string{debug, "-gcflags=-m -N -l", plain}},
		"user's own trimpath": {Kind{Debug: true}, "-trimpath", []string{debug, "-trimpath=false", plain}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := test.kind.flags(envvars.Vars{"GOFLAGS=" + test.goflags}); !slices.Equal(got, test.want) {
				t.Errorf("%q, not %q", got, test.want)
			}
		})
	}
}

func TestRacesNeedACompiler(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "module example.com/x\n\ngo 1.21\n")
	write(t, filepath.Join(dir, "main.go"), "package main\n\nfunc main() {}\n")
	for _, missing := range [][]string{{"CGO_ENABLED=0"}, {"CGO_ENABLED=1", "CC=no-such-compiler"}} {
		b := Builder{
			Tool:   gotool.Tool{Dir: dir, Env: append(os.Environ(), missing...), Log: t.Output()},
			Output: filepath.Join(dir, "out", "program"), Kind: Kind{Instrument: Race},
		}
		_, err := b.Build(t.Context())
		var failure *termination.Failure
		if !errors.As(err, &failure) || failure.Reason != termination.CgoCompilerMissing || !strings.HasPrefix(failure.Detail, "spec.run.instrument: ") {
			t.Errorf("%v: %v", missing, err)
		}
	}
}

func TestTheMarkerIsOfOneKind(t *testing.T) {
	dir := t.TempDir()
	b := Builder{Output: filepath.Join(dir, "program")}
	write(t, b.Output, "program")
	marker := filepath.Join(dir, "built")
	want := Result{Package: "./cmd/x", Started: time.Now().Round(0), Took: time.Second}
	for _, kind := range []Kind{{}, {Instrument: Race}, {Instrument: Coverage, Debug: true}} {
		for _, other := range []Kind{{Instrument: None}, {Instrument: Race}, {Instrument: Coverage, Debug: true}, {Debug: true}} {
			b.Kind = kind
			if err := b.Mark(marker, want); err != nil {
				t.Fatal(err)
			}
			b.Kind = other
			got, fresh, err := b.TakeMarker(marker)
			if same := kind.String() == other.String(); err != nil || fresh != same || same && (!got.Started.Equal(want.Started) || got.Took != want.Took) {
				t.Errorf("%q for %q: %v, %+v, %v", kind, other, fresh, got, err)
			}
		}
	}
}

func TestSame(t *testing.T) {
	b := Builder{Output: filepath.Join(t.TempDir(), "program")}
	long := make([]byte, 300<<10)
	other := slices.Clone(long)
	other[len(other)-1] = 1
	tests := map[string]struct {
		kept, next string
		same       bool
	}{
		"same":            {string(long), string(long), true},
		"the last byte":   {string(long), string(other), false},
		"longer":          {string(long), string(long) + "x", false},
		"shorter":         {string(long), string(long[:128<<10]), false},
		"there is no old": {"", "x", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_ = os.Remove(b.Output)
			if test.kept != "" {
				write(t, b.Output, test.kept)
			}
			write(t, b.beside(".next"), test.next)
			if got := b.Same(); got != test.same {
				t.Error(got)
			}
		})
	}
}

func TestWhatIsBuiltBesideIsAProgram(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "module example.com/x\n\ngo 1.21\n")
	write(t, filepath.Join(dir, "main.go"), "package main\n\nfunc main() {}\n")
	b := Builder{Tool: gotool.Tool{Dir: dir, Env: os.Environ(), Log: t.Output()}, Output: filepath.Join(dir, "out", "program")}
	target, err := b.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Beside(t.Context(), target); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "main.go"), "package library\n")
	if _, err := b.Beside(t.Context(), target); err == nil {
		t.Error("a library was taken for a program")
	}
	if err := b.Keep(); err != nil {
		t.Errorf("the good one is gone: %v", err)
	}
	if _, err := os.Stat(b.Output); err != nil {
		t.Error(err)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
