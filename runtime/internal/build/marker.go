package build

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// marker says that a program was just built, so that the next start need not build it.
type marker struct {
	Package string  `json:"package"`
	Wanted  string  `json:"wanted"`
	Output  string  `json:"output"`
	Kind    string  `json:"kind,omitempty"`
	Seconds float64 `json:"seconds"`
	// Started is when the build began.
	Started time.Time `json:"started"`
}

// Mark writes the marker at path for the result.
func (b Builder) Mark(path string, result Result) error {
	content, err := json.Marshal(marker{result.Package, b.Package, b.Output, b.Kind.String(), result.Took.Seconds(), result.Started})
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", content, 0o644); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// TakeMarker removes the marker at path, and returns the result it stands for if it is that of this builder
// and the program is there. With an error it is not removed, and so must not count: each later start would run the
// old program.
func (b Builder) TakeMarker(path string) (Result, bool, error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Result{}, false, nil
	}
	if err == nil {
		err = os.Remove(path)
	}
	if err != nil {
		return Result{}, false, fmt.Errorf("the marker of the build: %w", err)
	}
	var m marker
	info, missing := os.Stat(b.Output)
	if json.Unmarshal(content, &m) != nil || m.Output != b.Output || m.Wanted != b.Package || m.Kind != b.Kind.String() || missing != nil || !info.Mode().IsRegular() {
		return Result{}, false, nil
	}
	return Result{Package: m.Package, Started: m.Started, Took: time.Duration(m.Seconds * float64(time.Second))}, true, nil
}
