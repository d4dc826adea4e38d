package termination

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestEncodeFitsTheLimitAndStaysJSON(t *testing.T) {
	lines := make([]string, 20)
	for i := range lines {
		lines[i] = fmt.Sprintf("%02d %s", i, strings.Repeat("\x01ü", 60))
	}
	tests := map[string]Message{
		"small":         {Detail: "fine"},
		"long detail":   {Detail: strings.Repeat("ü", 5000)},
		"long error":    {Detail: "set spec.go.version", Error: strings.Repeat("x", 9000)},
		"control bytes": {Detail: strings.Repeat("\x00\xff", 4000)},
		"lines":         {Detail: "crashed", LastLines: lines},
		"one line":      {Detail: "crashed", LastLines: []string{strings.Repeat("\"", 9000)}},
		"everything":    {Detail: strings.Repeat("日本", 3000), Error: strings.Repeat("\\", 5000), File: strings.Repeat("a/", 2000), LastLines: lines},
	}
	for name, message := range tests {
		t.Run(name, func(t *testing.T) {
			message.Phase, message.Result, message.Reason = PhaseRun, Failed, Crashed
			encoded := Encode(message, Limit)
			if len(encoded) > Limit {
				t.Errorf("%d bytes, the limit is %d", len(encoded), Limit)
			}
			if !utf8.Valid(encoded) {
				t.Error("not UTF-8")
			}
			var decoded Message
			if err := json.Unmarshal(encoded, &decoded); err != nil {
				t.Fatal(err)
			}
			if decoded.Reason != Crashed || decoded.Detail == "" {
				t.Errorf("lost what matters: %+v", decoded)
			}
			if n := len(decoded.LastLines); n > 0 && n < len(lines) && n > 1 && decoded.LastLines[n-1][:2] != "19" {
				t.Errorf("dropped the newest line: %q", decoded.LastLines[n-1][:2])
			}
		})
	}
}

func TestEncodeLeavesTheCallersLinesAlone(t *testing.T) {
	lines := []string{strings.Repeat("x", 9000)}
	Encode(Message{LastLines: lines}, Limit)
	if len(lines[0]) != 9000 {
		t.Error("the caller's slice was changed")
	}
}

func TestEncodeOmitsWhatIsEmptyAndEscapesNoHTML(t *testing.T) {
	got := string(Encode(Message{Phase: PhaseModules, Result: Failed, Reason: GoToolchainTooOld, Detail: "go >= 1.99"}, Limit))
	want := `{"phase":"modules","result":"Failed","reason":"GoToolchainTooOld","detail":"go >= 1.99"}`
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestOfErrorFindsTheFailureInAChain(t *testing.T) {
	failure := Failuref(WorkspaceFull, "/workspace: %w", fs.ErrPermission)
	got := OfError(PhaseSource, fmt.Errorf("copying: %w", failure), SourceFailed)
	if got.Reason != WorkspaceFull || got.Detail != "/workspace: permission denied" || got.Result != Failed {
		t.Errorf("got %+v", got)
	}
	if !errors.Is(failure, fs.ErrPermission) {
		t.Error("the cause is lost")
	}
	if got := OfError(PhaseSource, errors.New("odd"), SourceFailed); got.Reason != SourceFailed || got.Detail != "odd" {
		t.Errorf("got %+v", got)
	}
}

func TestWriteScrubsAndReplacesTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, []byte(strings.Repeat("old", 100)), 0o644); err != nil {
		t.Fatal(err)
	}
	hide := func(s string) string { return strings.ReplaceAll(s, "s3cret", "***") }
	message := Message{Phase: PhaseRun, Result: Failed, Detail: "a s3cret", Error: "s3cret", LastLines: []string{"b s3cret"}}
	if err := Write(path, message, hide); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"phase":"run","result":"Failed","detail":"a ***","error":"***","lastLines":["b ***"]}`
	if string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestWriteMakesNoFileOutsideAPod(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	if err := Write(path, Message{}, func(s string) string { return s }); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("stat: %v", err)
	}
}

func TestRound(t *testing.T) {
	for d, want := range map[time.Duration]float64{0: 0, 3: 3e-9, 1234567 * time.Nanosecond: 0.001, 3647 * time.Millisecond: 3.647, 3210 * time.Millisecond: 3.21} {
		if got := Round(d); got != want {
			t.Errorf("Round(%v) = %v, want %v", d, got, want)
		}
	}
}
