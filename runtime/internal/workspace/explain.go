package workspace

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"

	"godev.io/runtime/internal/termination"
)

// Explain makes a Failure of an error of the workspace's file system that somebody can do something about.
func Explain(err error) error {
	switch {
	case errors.Is(err, unix.ENOSPC), errors.Is(err, unix.EDQUOT):
		return termination.Failuref(termination.WorkspaceFull,
			"spec.storage.workspace.size: the volume is full: %w. Raise the size, or delete files.", err)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, unix.EROFS):
		return termination.Failuref(termination.WorkspaceNotWritable,
			"spec.securityContext: user %d with group %d may not write to the workspace: %w. "+
				"Set spec.securityContext.fsGroup to the group of the volume's files.", os.Getuid(), os.Getgid(), err)
	}
	return err
}
