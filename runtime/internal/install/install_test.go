package install

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"godev.io/runtime/internal/termination"
)

func TestCopyReplacesWhatIsThereAndLeavesNothingElse(t *testing.T) {
	from := filepath.Join(t.TempDir(), "source")
	if err := os.WriteFile(from, []byte("new"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "deep", "bin")
	for range 2 {
		if err := Copy(from, dir); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != Name {
		t.Fatalf("%v, %v", entries, err)
	}
	info, err := os.Stat(filepath.Join(dir, Name))
	if err != nil || info.Mode() != 0o755 || info.Size() != 3 {
		t.Errorf("%v, %v", info, err)
	}
}

func TestCopyTakesTheDebuggerBesideIt(t *testing.T) {
	// Given
	from, dir := t.TempDir(), t.TempDir()
	for name, content := range map[string]string{Name: "runtime", Debugger: "debugger"} {
		if err := os.WriteFile(filepath.Join(from, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	// When
	if err := Copy(filepath.Join(from, Name), dir); err != nil {
		t.Fatal(err)
	}

	// Then
	path := filepath.Join(dir, Debugger)
	info, err := os.Stat(path)
	content, read := os.ReadFile(path)
	if err != nil || read != nil || info.Mode() != 0o755 || string(content) != "debugger" {
		t.Errorf("%v, %v, %q", info, err, content)
	}

	// and one that the image has no more goes
	if err := os.Remove(filepath.Join(from, Debugger)); err != nil {
		t.Fatal(err)
	}
	if err := Copy(filepath.Join(from, Name), dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("it is still there")
	}
}

func TestCopySaysWhereItFailed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	err := Copy(file, file)
	var failure *termination.Failure
	if !errors.As(err, &failure) || failure.Reason != termination.InstallFailed {
		t.Errorf("got %v", err)
	}
}
