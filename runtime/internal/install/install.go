// Package install copies godevd into the volume the other containers of the pod run it from.
package install

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"godev.io/runtime/internal/termination"
)

// Name is the file's name in the folder it is copied to.
const Name = "godevd"

// Copy puts the executable at from into dir, whole or not at all, and executable for everyone.
func Copy(from, dir string) error {
	if err := copyTo(from, dir); err != nil {
		return termination.Failuref(termination.InstallFailed,
			"the runtime could not be copied to %s: %w. The volume there has to be writable for the pod's user.", dir, err)
	}
	return nil
}

func copyTo(from, dir string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(dir, "."+Name+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name()) // fails after the rename, as it should
	_, err = io.Copy(temporary, source)
	err = errors.Join(err, temporary.Chmod(0o755), temporary.Close())
	if err != nil {
		return fmt.Errorf("writing: %w", err)
	}
	return os.Rename(temporary.Name(), filepath.Join(dir, Name))
}
