package source

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"godev.io/runtime/internal/termination"
)

// Claim checks that the workspace at dir, a claim of the user's own, holds a module. It writes nothing.
func Claim(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return notReadable(err)
	}
	empty := true
	for _, entry := range entries {
		if entry.Name() != "lost+found" { // mkfs makes it
			empty = false
		}
	}
	if empty {
		return termination.Failuref(termination.SourceEmpty,
			"spec.source.claim: the claim is empty. Put a Go module into it, with its go.mod at the top.")
	}
	file, err := os.Open(filepath.Join(dir, "go.mod"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return termination.Failuref(termination.GoModMissing,
			"spec.source.claim: the claim has no go.mod at its top. Run `go mod init` there, or move the module to the top.")
	case err != nil:
		return notReadable(err)
	}
	return file.Close()
}

func notReadable(err error) error {
	return termination.Failuref(termination.WorkspaceNotReadable,
		"spec.source.claim: user %d with group %d may not read the claim: %w. "+
			"Set spec.securityContext.runAsUser to the owner of its files, or fsGroup to their group.", os.Getuid(), os.Getgid(), err)
}
