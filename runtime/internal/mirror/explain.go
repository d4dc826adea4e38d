package mirror

import (
	"errors"
	"io/fs"
	"os"

	"godev.io/runtime/internal/termination"
	"godev.io/runtime/internal/workspace"
)

// unread is an error of the folder, not of the workspace.
type unread struct{ cause error }

func (u *unread) Error() string { return u.cause.Error() }

func (u *unread) Unwrap() error { return u.cause }

func isGone(err error) bool {
	var failed *unread
	return errors.As(err, &failed) && errors.Is(err, fs.ErrNotExist)
}

func check(seen map[string]file) error {
	if len(seen) == 0 {
		return termination.Failuref(termination.HostPathEmpty,
			"spec.source.hostPath.path: the node shows an empty folder. Check the path; a node that does not see your machine's "+
				"folders, such as that of Docker Desktop's kind, shows them empty: use spec.source.sync with \"godev sync\" there.")
	}
	if _, ok := seen["go.mod"]; !ok {
		return termination.Failuref(termination.GoModMissing,
			"spec.source.hostPath.path: the folder has no go.mod at its top. Name the folder that has one, or run `go mod init` in it.")
	}
	return nil
}

// explain makes a Failure of an error that somebody can do something about.
func (m *Mirror) explain(err error) error {
	var failed *unread
	switch {
	case !errors.As(err, &failed):
		return workspace.Explain(err)
	case errors.Is(err, fs.ErrPermission):
		return termination.Failuref(termination.WorkspaceNotReadable,
			"spec.source.hostPath: user %d with group %d may not read the folder: %w. "+
				"Let everybody read it, or set spec.securityContext.runAsUser to its owner.", os.Getuid(), os.Getgid(), failed.cause)
	case errors.Is(err, fs.ErrNotExist):
		return termination.Failuref(termination.HostPathUnavailable,
			"spec.source.hostPath.path: the node does not show the folder any more: %w. Put it back where it was; if it was made anew, "+
				"restart the environment, whose pod still has the old one.", failed.cause)
	}
	return termination.Failuref(termination.HostPathUnavailable,
		"spec.source.hostPath.path: the node cannot read the folder: %w. It is tried again; if that goes on, see whether the "+
			"machine that has it still shares it with the node, and restart the environment.", failed.cause)
}
