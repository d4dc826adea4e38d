package cli

import (
	"context"
	"fmt"

	"godev.io/runtime/internal/archive"
	"godev.io/runtime/internal/termination"
)

// writeArchive runs in a Job, when the environment of the workspace is gone.
func writeArchive(c *call, args []string) int {
	flags := c.declare("archive")
	c.withWorkspace()
	to := flags.String("to", "", "`folder` for the archive: a volume of its own")
	environment := flags.String("environment", "", "`name` of the environment, for who reads the archive")
	if code, ok := c.parse(args); !ok {
		return code
	}
	if *to == "" {
		return c.usage("--to is missing")
	}
	return c.phase(termination.PhaseArchive, termination.ArchiveFailed, func(ctx context.Context) (termination.Message, error) {
		manifest, err := archive.Write(ctx, c.stdout, *environment, c.workspace, *to)
		if err != nil {
			return termination.Message{}, err
		}
		fmt.Fprintf(c.stdout, "archive: %s\n", manifest)
		return termination.Message{Detail: manifest.String()}, nil
	})
}
