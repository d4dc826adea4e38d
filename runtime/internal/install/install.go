// Package install copies godevd, and the debugger beside it, into the volume the other containers of the pod run them from.
package install

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"godev.io/runtime/internal/termination"
)

// The files' names in the folder they are copied to.
const (
	Name     = "godevd"
	Debugger = "dlv"
)

// Copy puts the executable at from into dir, and with it the debugger if it is in the same folder: each whole or not at
// all, and executable for everyone.
func Copy(from, dir string) error {
	err := copyTo(from, dir, Name)
	if err == nil {
		err = copyTo(filepath.Join(filepath.Dir(from), Debugger), dir, Debugger)
		if errors.Is(err, fs.ErrNotExist) {
			err = os.RemoveAll(filepath.Join(dir, Debugger)) // of an image that had one
		}
	}
	if err != nil {
		return termination.Failuref(termination.InstallFailed,
			"the runtime could not be copied to %s: %w. The volume there has to be writable for the pod's user.", dir, err)
	}
	return nil
}

func copyTo(from, dir, name string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(dir, "."+name+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name()) // fails after the rename, as it should
	_, err = io.Copy(temporary, source)
	err = errors.Join(err, temporary.Chmod(0o755), temporary.Close())
	if err != nil {
		return fmt.Errorf("writing: %w", err)
	}
	return os.Rename(temporary.Name(), filepath.Join(dir, name))
}
