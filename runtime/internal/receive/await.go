package receive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"godev.io/runtime/internal/termination"
	"godev.io/runtime/internal/workspace"
)

const (
	// glance is how often the first push is looked for; a look is one call of the kernel.
	glance = 100 * time.Millisecond
	// grace is how long a workspace without go.mod may wait for one: it can be pushed only while the container runs.
	grace = 30 * time.Second
)

// Await returns when a push into the workspace at dir was completed, be it long ago, and there is a go.mod at its top.
func Await(ctx context.Context, log io.Writer, dir string) error { return await(ctx, log, dir, grace) }

func await(ctx context.Context, log io.Writer, dir string, grace time.Duration) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	ticks := time.NewTicker(glance)
	defer ticks.Stop()
	var waiting string
	var missing time.Time
	say := func(text string) {
		if waiting != text {
			waiting = text
			fmt.Fprintln(log, "source: "+text)
		}
	}
	for {
		complete, err := isComplete(root)
		if err != nil {
			return err
		}
		found, err := hasGoMod(root)
		switch {
		case err != nil:
			return err
		case complete && found:
			fmt.Fprintln(log, "source: pushed by godev sync")
			return nil
		case !complete:
			say("waiting for godev sync")
			missing = time.Time{}
		case missing.IsZero():
			say("pushed, but without a go.mod at the top; waiting for one")
			missing = time.Now()
		case time.Since(missing) > grace:
			return termination.Failuref(termination.GoModMissing,
				"spec.source.sync: what was pushed has no go.mod at its top. Run godev sync in the folder that has it, or run `go mod init` there.")
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticks.C:
		}
	}
}

func isComplete(root *os.Root) (bool, error) { return isThere(root, completeName) }

func hasGoMod(root *os.Root) (bool, error) { return isThere(root, "go.mod") }

func isThere(root *os.Root, name string) (bool, error) {
	_, err := root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, workspace.Explain(err)
	}
	return true, nil
}
