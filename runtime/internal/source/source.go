// Package source puts the environment's source into the workspace: a public module, the files of the spec, or nothing
// where the workspace is the user's own claim.
package source

import (
	"fmt"
	"io"
	"os"

	"godev.io/runtime/internal/termination"
	"godev.io/runtime/internal/workspace"
)

// CheckNetrc returns a CredentialsMissing if a Secret did not bring the netrc file.
func CheckNetrc(path string) error {
	file, err := os.Open(path)
	if err == nil {
		err = file.Close()
	}
	if err != nil {
		return termination.Failuref(termination.CredentialsMissing,
			"spec.go.modules.credentials: the Secret, or its key, does not exist or cannot be read: %w. "+
				"Create a Secret with the key netrc in the environment's namespace.", err)
	}
	return nil
}

// apply writes the source and logs what it did.
func apply(log io.Writer, dir string, source workspace.Source) error {
	report, err := workspace.Apply(dir, source)
	for _, move := range report.Saved {
		fmt.Fprintf(log, "source: your %s is kept as %s, the source changed\n", move.From, move.To)
	}
	if err != nil {
		return workspace.Explain(err)
	}
	fmt.Fprintf(log, "source: %d files written, %d removed\n", report.Written, report.Removed)
	return nil
}

// unchanged reports, and logs, that the workspace was made from this source before.
func unchanged(log io.Writer, dir, identity string) (bool, error) {
	current, err := workspace.Current(dir, identity)
	if err != nil {
		return false, workspace.Explain(err)
	}
	if current {
		fmt.Fprintf(log, "source: unchanged, the workspace stays as it is\n")
	}
	return current, nil
}
